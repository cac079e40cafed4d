//! # Tests of the files among the examples
//!
//! Files that go over a net: to a group, in datagrams that may be lost, and as a stream at
//! a rate. What is between sender and receiver is bent here on purpose. Nobody waits for
//! time to pass. The name of a test is the sentence that it holds.

mod witness;

// Each is a program, with a `main` that nobody calls here.
#[allow(dead_code)]
#[path = "../examples/multicast_file.rs"]
mod multicast_file;
#[allow(dead_code)]
#[path = "../examples/stream_client.rs"]
mod stream_client;
#[allow(dead_code)]
#[path = "../examples/stream_server.rs"]
mod stream_server;

use std::cell::RefCell;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use axon::chassis::Pipeline;
use axon::library::DataSource;
use axon::net::{Bytes, TcpServer};
use axon::testing::under_seeds;
use axon::{Component, Io, Result, System, component};
use witness::{Log, beside, has_multicast, listener};

/// All datagrams of a file, as a sender makes them.
fn datagrams(file: &str) -> Vec<Bytes> {
    let made = Rc::new(RefCell::new(Vec::new()));
    let kept = made.clone();
    let keeper = component(async move |io: Io<Bytes, ()>| {
        while let Some(datagram) = io.recv().await {
            kept.borrow_mut().push(datagram);
        }
    });
    let sealed = multicast_file::sealed(file);
    Pipeline::new().then("sealed", sealed).then("keeper", keeper).run().unwrap();
    made.take()
}

/// What a receiver makes of datagrams: the file, what it says of it, and what is wrong.
fn open(datagrams: impl Component, system: System) -> (Vec<u8>, String, Result<()>) {
    let file = Rc::new(RefCell::new(Vec::new()));
    let kept = file.clone();
    let keeper = component(async move |io: Io<Bytes, ()>| {
        while let Some(bytes) = io.recv().await {
            kept.borrow_mut().extend_from_slice(&bytes);
        }
    });
    let (mut system, log) = (system, Log::default());
    system.add("net", datagrams).unwrap();
    system.add("opened", multicast_file::opened().unwrap()).unwrap();
    system.add("keeper", keeper).unwrap();
    system.add("log", listener::<String>(&log)).unwrap();
    system.link("net.outbox -> opened.inbox").unwrap();
    system.link("opened.file -> keeper.inbox").unwrap();
    system.link("opened.outbox -> log.inbox").unwrap();
    let ended = system.run();
    (file.take(), log.read().join(" "), ended)
}

const WHOLE: &str = "\"all 9723 bytes are here, checksum 5b7d583d\" end";

#[test]
fn a_file_is_whole_although_its_datagrams_come_late_twice_and_among_others() {
    let expected = fs::read(multicast_file::FILE).unwrap();
    let mut bent = Vec::new();
    for (n, datagrams) in datagrams(multicast_file::FILE).chunks(4).enumerate() {
        bent.extend(datagrams.iter().rev().cloned());
        bent.push(datagrams[0].clone());
        bent.push(Bytes::from(vec![n as u8; 100]));
        bent.push(Bytes::new());
        bent.push(datagrams[0].slice(..datagrams[0].len() / 2));
    }
    under_seeds(0..20, |seed| {
        let source = DataSource::new(bent.clone());
        let (file, said, ended) = open(source, System::new().shuffled(seed));
        assert_eq!((said.as_str(), ended), (WHOLE, Ok(())));
        assert!(file == expected, "it is another file");
    });
}

#[test]
fn a_file_of_which_any_one_datagram_was_lost_is_whole_or_is_said_not_to_be() {
    let all = datagrams(multicast_file::FILE);
    let seals = all.len() - 3;
    for lost in 0..all.len() {
        let mut left = all.clone();
        left.remove(lost);
        let (_, said, ended) = open(DataSource::new(left), System::new());
        if lost >= seals {
            assert_eq!((said.as_str(), ended), (WHOLE, Ok(())));
            continue;
        }
        assert_eq!(said, "end");
        let error = ended.unwrap_err().to_string();
        let begin = "`opened/opener` failed: the file is not whole: 9723 5b7d583d was \
                     sent, ";
        assert!(error.starts_with(begin), "{error}");
    }
}

#[test]
fn a_file_that_breaks_off_is_said_to() {
    let mut begun = datagrams(multicast_file::FILE);
    begun.truncate(5);
    let expected =
        "`opened/opener` failed: no more than 5120 bytes came, and no end";
    // The sender ends,
    let (_, said, ended) = open(DataSource::new(begun.clone()), System::new());
    assert_eq!(
        (said.as_str(), ended.unwrap_err().to_string().as_str()),
        ("end", expected)
    );
    // or stays, and says nothing more.
    let silent = component(async move |io: Io<(), Bytes>| {
        for datagram in begun {
            io.send(datagram).await;
        }
        io.co.sleep(Duration::from_secs(3600)).await;
    });
    let (_, said, ended) = open(silent, System::new().virtual_time());
    assert_eq!(
        (said.as_str(), ended.unwrap_err().to_string().as_str()),
        ("end", expected)
    );
}

#[test]
fn an_empty_file_is_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty");
    fs::write(&path, "").unwrap();
    let all = datagrams(path.to_str().unwrap());
    let (file, said, ended) = open(DataSource::new(all), System::new());
    assert_eq!(said, "\"all 0 bytes are here, checksum 00000000\" end");
    assert_eq!((file, ended), (vec![], Ok(())));
}

#[test]
fn those_who_have_a_file_from_a_group_end_and_so_does_the_run() {
    if !has_multicast() {
        return;
    }
    under_seeds(0..20, |seed| {
        // In real time: a virtual clock would go on while the file is read.
        let (mut system, log) = (System::new().shuffled(seed), Log::default());
        system.add("here", multicast_file::here().unwrap()).unwrap();
        system.add("log", listener::<String>(&log)).unwrap();
        system.link("here.outbox -> log.inbox").unwrap();
        assert_eq!(system.run(), Ok(()));
        let all = "all 9723 bytes are here, checksum 5b7d583d";
        let said = format!("\"first: {all}\\nsecond: {all}\"");
        assert_eq!(log.read(), [said.as_str(), "end"]);
        // 9 KiB at a million in a second; the last pieces come when their time begins.
        assert!(system.now() > Duration::from_millis(9), "{:?}", system.now());
    });
}

#[test]
fn a_file_is_streamed_to_everybody_from_its_beginning_and_at_the_rate() {
    let expected = fs::read(stream_server::FILE).unwrap();
    let listener = TcpServer::bind("127.0.0.1:0").unwrap();
    let address = listener.address();
    // In real time: a virtual clock would go on while the file is read, and a connection
    // in which nothing is said for a minute is closed.
    let mut system = System::new();
    let server = stream_server::server(listener, stream_server::FILE, 100_000);
    system.add("server", server).unwrap();
    let (heard, ended) = beside(&mut system, move || {
        let hear = move || {
            let mut all = Vec::new();
            let mut guest = TcpStream::connect(address).unwrap();
            guest.read_to_end(&mut all).unwrap();
            all
        };
        // One who takes nothing, and one who goes, disturb nobody.
        let _deaf = TcpStream::connect(address).unwrap();
        drop(TcpStream::connect(address).unwrap());
        let guests: Vec<_> = (0..5).map(|_| thread::spawn(hear)).collect();
        guests.into_iter().map(|guest| guest.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(ended, Ok(()));
    for heard in heard {
        assert!(heard == expected, "{} bytes came", heard.len());
    }
    // At 100,000 in a second, a piece of 5000 bytes takes so long; then comes the rest.
    assert!(system.now() >= Duration::from_millis(50), "{:?}", system.now());
}

#[test]
fn what_a_client_writes_down_is_what_was_streamed() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    let noise: Vec<u8> = (0..1_000_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let sent = noise.clone();
    let server = thread::spawn(move || {
        let (mut guest, _) = listener.accept().unwrap();
        for piece in sent.chunks(7_919) {
            guest.write_all(piece).unwrap();
        }
    });
    let copy: &Path = &copy;
    assert_eq!(
        stream_client::client(&address, copy.to_str().unwrap()).run(),
        Ok(())
    );
    server.join().unwrap();
    assert!(fs::read(copy).unwrap() == noise, "it is another file");
}
