//! # Tests of the net
//!
//! Servers and clients of a system, and at their other ends ordinary code on a thread of
//! its own, which knows the standard library alone. Nobody waits for time to pass: what a
//! peer waits for comes, or the connection ends. The name of a test is the sentence that
//! it holds.

mod witness;

use std::cell::{Cell, RefCell};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use axon::chassis::Pipeline;
use axon::library::{DataSource, NullSink, PassThrough};
use axon::net::{
    Addresses, Bytes, ConnectedSocket, ServerCore, TcpClient, TcpServer, Way,
};
use axon::trace::{Event, Line, Link};
use axon::{
    Blueprint, Component, Error, Inbox, Io, Result, Signal, System, component,
};
use witness::{Log, beside, listener};

const HOUR: Duration = Duration::from_secs(3600);

fn anywhere() -> TcpServer {
    TcpServer::bind("127.0.0.1:0").unwrap()
}

fn echo(_: Addresses) -> PassThrough<Bytes> {
    PassThrough::default()
}

/// Has a server served to a peer, and the system end well.
#[track_caller]
fn serve<C: Component, R: Send + 'static>(
    server: ServerCore<impl FnMut(Addresses) -> C + 'static>,
    peer: impl FnOnce(SocketAddr) -> R + Send + 'static,
) -> R {
    let address = server.listener.address();
    let mut system = System::new();
    system.add("server", server).unwrap();
    let (result, ended) = beside(&mut system, move || peer(address));
    assert_eq!(ended, Ok(()));
    result
}

/// Says something, and reads as much again.
fn ping(stream: &mut TcpStream, word: &[u8]) {
    stream.write_all(word).unwrap();
    let mut answer = vec![0; word.len()];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer, word);
}

fn all_of(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    all
}

/// Different bytes, so that none can be missing or in the wrong place.
fn noise(length: u32) -> Vec<u8> {
    (0..length).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

#[test]
fn what_a_peer_sends_comes_back_byte_for_byte() {
    serve(ServerCore::new(anywhere(), echo), |address| {
        let mut stream = TcpStream::connect(address).unwrap();
        ping(&mut stream, b"hello");
        let sent = noise(3_000_000);
        let mut writer = stream.try_clone().unwrap();
        let writing = sent.clone();
        let writer = thread::spawn(move || {
            writer.write_all(&writing).unwrap();
            // It has said its last word, and still reads.
            writer.shutdown(Shutdown::Write).unwrap();
        });
        assert!(all_of(&mut stream) == sent);
        writer.join().unwrap();
    });
}

#[test]
fn a_protocol_is_told_who_is_connected() {
    let addresses = Rc::new(Cell::new(None));
    let seen = addresses.clone();
    let server = ServerCore::new(anywhere(), move |addresses| {
        seen.set(Some(addresses));
        echo(addresses)
    });
    let (local, peer) = serve(server, |address| {
        let mut stream = TcpStream::connect(address).unwrap();
        ping(&mut stream, b"hello");
        (address, stream.local_addr().unwrap())
    });
    assert_eq!(addresses.get(), Some(Addresses { peer, local }));
}

#[test]
fn all_that_was_sent_before_the_producer_finished_reaches_the_peer() {
    let block = Bytes::from(noise(16 * 1024));
    let whole = block.len() * 200;
    let server = ServerCore::new(anywhere(), move |_| {
        DataSource::new(std::iter::repeat_n(block.clone(), 200))
    });
    let came = serve(server, |address| {
        let mut stream = TcpStream::connect(address).unwrap();
        // What the protocol does not read would have the operating system take back what
        // the peer has not read yet, if the connection were closed on it.
        stream.write_all(&noise(100_000)).unwrap();
        all_of(&mut stream).len()
    });
    assert_eq!(came, whole);
}

#[test]
fn a_peer_that_does_not_read_stops_its_own_producer_and_nobody_else() {
    let produced = Rc::new(Cell::new(0));
    let (counted, mut is_first) = (produced.clone(), true);
    let block = Bytes::from(noise(16 * 1024));
    let server = ServerCore::new(anywhere(), move |_| {
        let deaf = std::mem::replace(&mut is_first, false);
        let (counted, block) = (counted.clone(), block.clone());
        component(async move |io: Io<Bytes, Bytes>| {
            if deaf {
                while io.co.control().is_none()
                    && io.send(block.clone()).await.is_none()
                {
                    counted.set(counted.get() + 1);
                }
            }
            while let Some(bytes) = io.recv().await {
                io.send(bytes).await;
            }
        })
    });
    serve(server, |address| {
        let mut deaf = TcpStream::connect(address).unwrap();
        deaf.read_exact(&mut [0]).unwrap();
        let mut others: Vec<_> =
            (0..10).map(|_| TcpStream::connect(address).unwrap()).collect();
        for _ in 0..1_000 {
            others.iter_mut().for_each(|other| ping(other, b"still there?"));
        }
    });
    // What fits into the buffers of the operating system, and into one inbox.
    assert!((1..2_000).contains(&produced.get()), "{}", produced.get());
}

#[test]
fn a_consumer_that_does_not_take_makes_its_peer_wait() {
    let taken = Rc::new(Cell::new(0));
    let counted = taken.clone();
    let server = ServerCore::new(anywhere(), move |_| {
        let counted = counted.clone();
        component(async move |io: Io<Bytes, Bytes>| {
            io.send(Bytes::from("ready")).await;
            // It waits for nothing that comes.
            while io.co.control().is_none() {
                io.co.pause().await;
            }
            counted.set(io.inbox.len());
        })
    });
    serve(server, |address| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.read_exact(&mut [0; 5]).unwrap();
        stream.set_nonblocking(true).unwrap();
        // Until there is no room anywhere for a good many tries.
        let (block, mut written, mut refused) = (noise(64 * 1024), 0, 0);
        while refused < 1_000 {
            match stream.write(&block) {
                Ok(count) => (written, refused) = (written + count, 0),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::WouldBlock);
                    refused += 1;
                    thread::yield_now();
                }
            }
        }
        assert!(written < 100_000_000, "{written}");
    });
    assert_eq!(taken.get(), axon::DEFAULT_CAPACITY);
}

#[test]
fn there_are_never_more_connections_than_there_may_be() {
    let (now, most, served) =
        <(Rc<Cell<i32>>, Rc<Cell<i32>>, Rc<Cell<i32>>)>::default();
    let counts = (now.clone(), most.clone(), served.clone());
    let server = ServerCore {
        limit: 3,
        ..ServerCore::new(anywhere(), move |_| {
            let (now, most, served) = counts.clone();
            component(async move |io: Io<Bytes, Bytes>| {
                now.set(now.get() + 1);
                most.set(most.get().max(now.get()));
                while let Some(bytes) = io.recv().await {
                    io.send(bytes).await;
                }
                served.set(served.get() + 1);
                now.set(now.get() - 1);
            })
        })
    };
    serve(server, |address| {
        let client = move || {
            let mut stream = TcpStream::connect(address).unwrap();
            ping(&mut stream, b"my turn");
            stream.shutdown(Shutdown::Write).unwrap();
            assert_eq!(all_of(&mut stream), b"");
        };
        let clients: Vec<_> = (0..40).map(|_| thread::spawn(client)).collect();
        clients.into_iter().for_each(|client| client.join().unwrap());
    });
    assert_eq!((most.get(), served.get(), now.get()), (3, 40, 0));
}

#[test]
fn a_thousand_idle_connections_have_no_turns_and_no_wakeups() {
    let mut system = System::new().virtual_time();
    let server = ServerCore::new(anywhere(), echo);
    let address = server.listener.address();
    system.add("server", server).unwrap();
    let (done, is_done) = std::sync::mpsc::channel();
    let clients = thread::spawn(move || {
        let connect = |_| {
            let mut stream = TcpStream::connect(address).unwrap();
            ping(&mut stream, b"hello");
            stream
        };
        let streams: Vec<_> = (0..1_000).map(connect).collect();
        done.send(()).unwrap();
        streams
    });
    while is_done.try_recv().is_err() {
        system.run_until(system.now() + HOUR);
    }
    let streams = clients.join().unwrap();
    system.run_until(system.now() + HOUR);
    let (turns, wakeups) = (system.turns(), system.wakeups());
    system.run_until(system.now() + 1_000 * HOUR);
    assert_eq!((system.turns(), system.wakeups()), (turns, wakeups));
    drop(streams);
    assert_eq!(system.stop(HOUR), Ok(()));
}

#[test]
fn who_begins_to_look_sees_the_two_of_a_connection_linked_and_they_end_as_before() {
    let mut system = System::new().virtual_time();
    let server = ServerCore::new(anywhere(), echo);
    let address = server.listener.address();
    system.add("server", server).unwrap();
    let client = thread::spawn(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        ping(&mut stream, b"hello");
        stream
    });
    while !client.is_finished() {
        system.run_until(system.now() + HOUR);
    }
    let told = Rc::<RefCell<Vec<Line>>>::default();
    let lines = told.clone();
    system.observe(move |line: &Line| lines.borrow_mut().push(line.clone()));
    let snapshot = told.borrow()[1].event.clone();
    let Event::Snapshot { components, links } = snapshot else { panic!("{told:?}") };
    let id_of = |name: &str| {
        let it = components.iter().find(|it| it.name.starts_with(name));
        it.unwrap_or_else(|| panic!("no {name} among {components:?}")).id
    };
    let (socket, protocol) = (id_of("socket"), id_of("protocol"));
    let place = |id, name: &str| Some((id, name.to_string()));
    for (from, to) in [(socket, protocol), (protocol, socket)] {
        for (outbox, inbox) in [("outbox", "inbox"), ("signal", "control")] {
            let ends = (place(from, outbox), place(to, inbox));
            let is_it = |link: &Link| (&link.from, &link.to) == (&ends.0, &ends.1);
            assert!(links.iter().any(is_it), "{ends:?} is not among {links:?}");
        }
    }
    drop(client.join().unwrap());
    let has_gone = |id| {
        let is_it = |line: &Line| line.event == Event::Gone { comp: id };
        told.borrow().iter().any(is_it)
    };
    while !(has_gone(socket) && has_gone(protocol)) {
        system.run_until(system.now() + HOUR);
    }
    let passed_on = |line: &Line| match &line.event {
        Event::Signal { comp, to, .. } => {
            *comp == socket && *to == place(protocol, "control")
        }
        _ => false,
    };
    assert!(told.borrow().iter().any(passed_on));
    assert_eq!(system.stop(HOUR), Ok(()));
}

#[test]
fn a_connection_in_which_nothing_is_said_is_closed() {
    let server =
        ServerCore { idle_limit: Some(HOUR), ..ServerCore::new(anywhere(), echo) };
    let address = server.listener.address();
    let mut system = System::new().virtual_time();
    system.add("server", server).unwrap();
    let peer = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        // It is silent, and stays; the server goes.
        all_of(&mut stream)
    };
    let (heard, ended) = beside(&mut system, peer);
    assert_eq!((heard, ended), (Vec::new(), Ok(())));
    assert!(system.now() >= HOUR);
}

#[test]
fn a_peer_that_takes_nothing_for_too_long_is_given_up() {
    let (told, hears) = std::sync::mpsc::channel();
    let block = Bytes::from(noise(64 * 1024));
    let server = ServerCore {
        idle_limit: Some(HOUR),
        ..ServerCore::new(anywhere(), move |_| {
            let (block, told) = (block.clone(), told.clone());
            component(async move |io: Io<Bytes, Bytes>| {
                // It goes on until it hears that nobody takes it any more.
                while io.co.control().is_none() {
                    io.send(block.clone()).await;
                }
                told.send(()).unwrap();
            })
        })
    };
    let address = server.listener.address();
    let mut system = System::new().virtual_time();
    system.add("server", server).unwrap();
    // It is there, says nothing, and takes nothing, as one whose cable was pulled.
    let (_half_open, ended) = beside(&mut system, move || {
        let peer = TcpStream::connect(address).unwrap();
        hears.recv().unwrap();
        peer
    });
    assert_eq!(ended, Ok(()));
    assert!(system.now() >= HOUR);
}

#[test]
fn peers_that_come_and_go_leave_nothing_behind() {
    const MANY: usize = 5_000;
    let alive = Rc::new(());
    let counted = alive.clone();
    let server = ServerCore::new(anywhere(), move |_| {
        let counted = counted.clone();
        component(async move |io: Io<Bytes, Bytes>| {
            let _counted = counted;
            while let Some(bytes) = io.recv().await {
                io.send(bytes).await;
            }
        })
    });
    let address = server.listener.address();
    let mut system = System::new();
    system.add("server", server).unwrap();
    let peer = move || {
        for n in 0..MANY {
            let mut stream = TcpStream::connect(address).unwrap();
            match n % 4 {
                0 => {}
                1 => ping(&mut stream, b"hello"),
                // What it was answered and does not read makes its end a reset.
                2 => stream.write_all(b"hello, and goodbye").unwrap(),
                _ => stream.shutdown(Shutdown::Write).unwrap(),
            }
        }
        let mut last = TcpStream::connect(address).unwrap();
        ping(&mut last, b"is anybody left?");
    };
    let ((), ended) = beside(&mut system, peer);
    assert_eq!(ended, Ok(()));
    drop(system);
    assert_eq!(Rc::strong_count(&alive), 1);
}

#[test]
fn a_system_that_stops_writes_what_waits_and_closes_its_connections() {
    let server = ServerCore::new(anywhere(), |_| {
        component(async |io: Io<Bytes, Bytes>| {
            io.recv().await;
            io.send(Bytes::from("goodbye")).await;
            io.co.stop();
            io.recv().await;
        })
    });
    let heard = serve(server, |address| {
        let mut silent = TcpStream::connect(address).unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"go").unwrap();
        (all_of(&mut stream), all_of(&mut silent))
    });
    assert_eq!(heard, (b"goodbye".to_vec(), Vec::new()));
}

#[test]
fn a_system_that_stops_closes_all_its_connections_within_its_limit() {
    const MANY: usize = 100;
    let block = Bytes::from(noise(64 * 1024));
    let mut count = 0;
    let server = ServerCore::new(anywhere(), move |_| {
        count += 1;
        let (says_much, block) = (count % 2 == 0, block.clone());
        component(async move |io: Io<Bytes, Bytes>| {
            io.send(Bytes::from("welcome")).await;
            while says_much && io.co.control().is_none() {
                io.send(block.clone()).await;
            }
            io.recv().await;
        })
    });
    let address = server.listener.address();
    let mut system = System::new().virtual_time();
    system.add("server", server).unwrap();
    let (done, is_done) = std::sync::mpsc::channel();
    let peers = thread::spawn(move || {
        let come = |_| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.read_exact(&mut [0; 7]).unwrap();
            stream
        };
        // Every other one has more to read than it does.
        let streams: Vec<_> = (0..MANY).map(come).collect();
        done.send(()).unwrap();
        streams
    });
    while is_done.try_recv().is_err() {
        system.run_until(system.now() + HOUR);
    }
    let streams = peers.join().unwrap();
    let before = system.now();
    assert_eq!(system.stop(Duration::from_secs(1)), Ok(()));
    assert!(system.now() - before < Duration::from_secs(1));
    for (mut stream, says_much) in streams.into_iter().zip([false, true].repeat(50))
    {
        let rest = all_of(&mut stream);
        assert_eq!(!rest.is_empty(), says_much);
    }
}

#[test]
fn a_server_that_is_told_to_finish_ends_with_its_last_connection() {
    let mut system = System::new();
    let server = ServerCore::new(anywhere(), echo);
    let address = server.listener.address();
    system.add("server", server).unwrap();
    let (tell, told) = axon::Handle::<(), ()>::to(PassThrough::<()>::default);
    system.add("word", told.build()).unwrap();
    system.link("word.signal -> server.control").unwrap();
    let (heard, ended) = beside(&mut system, move || {
        let mut stream = TcpStream::connect(address).unwrap();
        ping(&mut stream, b"hello");
        tell.finish();
        let rest = all_of(&mut stream);
        let refused = TcpStream::connect(address).is_err();
        (rest, refused)
    });
    assert_eq!((heard, ended), ((Vec::new(), true), Ok(())));
}

#[test]
fn a_protocol_that_panics_takes_its_own_connection_along() {
    let mut count = 0;
    let server = ServerCore::new(anywhere(), move |_| {
        count += 1;
        let is_bad = count == 1;
        component(async move |io: Io<Bytes, Bytes>| {
            while let Some(bytes) = io.recv().await {
                assert!(!is_bad, "this is too much");
                io.send(bytes).await;
            }
        })
    });
    let address = server.listener.address();
    let mut system = System::new();
    system.add("server", server).unwrap();
    let (heard, ended) = beside(&mut system, move || {
        let mut bad = TcpStream::connect(address).unwrap();
        let mut good = TcpStream::connect(address).unwrap();
        bad.write_all(b"hello").unwrap();
        let heard = all_of(&mut bad);
        ping(&mut good, b"and you?");
        (bad.local_addr().unwrap(), heard)
    });
    let (peer, heard) = heard;
    let component = format!("server/protocol 1 of {peer}");
    let text = "this is too much".to_string();
    assert_eq!((heard, ended), (vec![], Err(Error::Panicked { component, text })));
}

#[test]
fn peers_who_make_protocols_fail_do_not_fill_the_memory() {
    const MANY: usize = 300;
    let server = ServerCore::new(anywhere(), |_| {
        component(async |io: Io<Bytes, Bytes>| {
            let said = io.recv().await.unwrap();
            io.co.fail(format!("cannot bear {}", String::from_utf8_lossy(&said)));
        })
    });
    let address = server.listener.address();
    let mut system = System::new();
    system.add("server", server).unwrap();
    let (names, ended) = beside(&mut system, move || {
        let attack = |n: usize| {
            let mut peer = TcpStream::connect(address).unwrap();
            write!(peer, "{n}").unwrap();
            // One after the other: when it is shown out, its protocol has failed.
            assert_eq!(all_of(&mut peer), b"");
            peer.local_addr().unwrap()
        };
        (1..=MANY).map(attack).collect::<Vec<_>>()
    });
    let Err(Error::Several(errors)) = ended else { panic!("{ended:?}") };
    let failed = |n: usize| Error::Failed {
        component: format!("server/protocol {n} of {}", names[n - 1]),
        reason: format!("cannot bear {n}"),
    };
    // The first and the last, and how many there were between them.
    let between = Error::Failed {
        component: "server".to_string(),
        reason: format!("{} more things went wrong here", MANY - 16),
    };
    let first = (1..=8).map(failed);
    let last = (MANY - 7..=MANY).map(failed);
    let expected: Vec<_> = first.chain([between]).chain(last).collect();
    assert_eq!(errors, expected);
}

#[test]
fn a_protocol_that_cannot_be_made_ends_its_connection_and_no_other() {
    let mut count = 0;
    let server = ServerCore::new(anywhere(), move |_| {
        count += 1;
        assert_ne!(count, 2, "no room for a second guest");
        PassThrough::<Bytes>::default()
    });
    let address = server.listener.address();
    let mut system = System::new();
    system.add("server", server).unwrap();
    let (unlucky, ended) = beside(&mut system, move || {
        let mut first = TcpStream::connect(address).unwrap();
        ping(&mut first, b"before");
        let mut second = TcpStream::connect(address).unwrap();
        assert_eq!(all_of(&mut second), b"");
        ping(&mut first, b"meanwhile");
        ping(&mut TcpStream::connect(address).unwrap(), b"afterwards");
        second.local_addr().unwrap()
    });
    let Err(Error::Panicked { component, text }) = ended else {
        panic!("{ended:?}")
    };
    assert_eq!(component, format!("server/protocol 2 of {unlucky}"));
    assert!(text.contains("no room for a second guest"), "{text}");
}

#[test]
fn a_protocol_that_does_not_fit_is_an_error_and_not_a_server_that_serves_nobody() {
    let server = ServerCore::new(anywhere(), |_| PassThrough::<String>::default());
    let address = server.listener.address();
    let mut system = System::new();
    system.add("server", server).unwrap();
    let (heard, ended) = beside(&mut system, move || {
        all_of(&mut TcpStream::connect(address).unwrap())
    });
    assert_eq!(heard, b"");
    let error = ended.unwrap_err().to_string();
    let expected = "`server` failed: cannot serve anybody by a protocol that does not \
                    fit: cannot link `socket 1.outbox` to `protocol 1 of 127.0.0.1:";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn a_client_says_with_whom_it_is_connected_and_nothing_if_it_is_not() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = listener.local_addr().unwrap();
    let told = |server: SocketAddr| {
        let told = Rc::new(Cell::new(None));
        let tells = told.clone();
        let hears = component(async move |io: Io<Addresses, Bytes>| {
            tells.set(io.recv().await);
        });
        let mut system = System::new();
        system.add("client", TcpClient::new(&server.to_string())).unwrap();
        system.add("hears", hears).unwrap();
        system.link("client.connected -> hears.inbox").unwrap();
        system.link("hears.signal -> client.control").unwrap();
        let ended = system.run();
        (told.take(), ended)
    };
    let (told_of, ended) = told(server);
    let seen = listener.accept().unwrap().1;
    assert_eq!(
        (told_of, ended),
        (Some(Addresses { peer: server, local: seen }), Ok(()))
    );
    drop(listener);
    let (told_of, ended) = told(server);
    assert_eq!(told_of, None);
    assert!(ended.unwrap_err().to_string().contains("cannot connect to"));
}

#[test]
fn an_address_that_cannot_be_listened_at_is_an_error_that_names_it() {
    let first = anywhere();
    let taken = first.address().to_string();
    let error = TcpServer::bind(&taken).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("cannot listen at `{taken}`: Addr")),
        "{error}"
    );
    let error = TcpServer::bind("localhost").unwrap_err().to_string();
    let expected = "cannot listen at `localhost`: a port is expected behind it, as in \
                    `127.0.0.1:1500`";
    assert_eq!(error, expected);
    for bad in ["", "127.0.0.1:123456", "192.0.2.1:0"] {
        let error = TcpServer::bind(bad).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("cannot listen at `{bad}`: ")),
            "{error}"
        );
    }
}

#[test]
fn an_address_can_be_listened_at_again_as_soon_as_nobody_does() {
    let server =
        ServerCore::new(anywhere(), |_| DataSource::new([Bytes::from("bye")]));
    // The server closes first, so the operating system remembers the connection.
    let address = serve(server, |address| {
        assert_eq!(all_of(&mut TcpStream::connect(address).unwrap()), b"bye");
        address
    });
    assert_eq!(TcpServer::bind(&address.to_string()).unwrap().address(), address);
}

/// Accepts one connection, and has it served by ordinary code.
fn peer<R: Send + 'static>(
    serve: impl FnOnce(TcpStream) -> R + Send + 'static,
) -> (SocketAddr, thread::JoinHandle<R>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (address, thread::spawn(move || serve(listener.accept().unwrap().0)))
}

/// Runs a client that asks something, and returns what it was answered.
fn ask(client: TcpClient, question: &[&'static str]) -> (String, Result<()>) {
    let answer = Rc::new(RefCell::new(Vec::new()));
    let heard = answer.clone();
    let question: Vec<_> = question.iter().map(|it| Bytes::from(*it)).collect();
    let ended = Pipeline::new()
        .then("question", DataSource::new(question))
        .then("client", client)
        .then(
            "answer",
            component(async move |io: Io<Bytes, ()>| {
                while let Some(bytes) = io.recv().await {
                    heard.borrow_mut().extend_from_slice(&bytes);
                }
            }),
        )
        .run();
    (String::from_utf8(answer.take()).unwrap(), ended)
}

#[test]
fn a_client_that_has_said_all_still_hears_the_answer() {
    let (address, server) = peer(|mut stream| {
        let question = all_of(&mut stream);
        stream.write_all(b"no").unwrap();
        question
    });
    // By name, so that it is looked up.
    let client = TcpClient::new(&format!("localhost:{}", address.port()));
    assert_eq!(ask(client, &["is that ", "", "all?"]), ("no".to_string(), Ok(())));
    assert_eq!(server.join().unwrap(), b"is that all?");
}

#[test]
fn a_client_ends_when_its_server_does_although_more_could_be_said() {
    let (address, server) = peer(|mut stream| stream.write_all(b"enough").unwrap());
    let mut system = System::new();
    let log = Log::default();
    system.add("client", TcpClient::new(&address.to_string())).unwrap();
    system.add("heard", listener::<Bytes>(&log)).unwrap();
    system.link("client.outbox -> heard.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["b\"enough\"", "end"]);
    server.join().unwrap();
}

#[test]
fn a_server_that_cannot_be_reached_is_an_error_that_names_it() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (server, reason) in [
        (nobody.to_string(), "Connection refused"),
        ("localhost".to_string(), "a name and a port are expected, such as "),
        ("localhost:99999".to_string(), "invalid port value"),
        (String::new(), "a name and a port are expected, such as "),
    ] {
        let (heard, ended) = ask(TcpClient::new(&server), &["hello"]);
        let error = ended.unwrap_err().to_string();
        let begin = format!(
            "`pipeline/client` failed: cannot connect to `{server}`: {reason}"
        );
        assert!(error.starts_with(&begin), "{error}");
        assert_eq!(heard, "");
    }
}

#[test]
fn a_connection_that_breaks_is_an_error_that_names_the_server() {
    let (address, server) = peer(|mut stream| {
        stream.read_exact(&mut [0; 4]).unwrap();
        // It goes with something unread: the operating system calls that a reset.
    });
    let (heard, ended) =
        ask(TcpClient::new(&address.to_string()), &["four and more"]);
    let error = ended.unwrap_err().to_string();
    let begin = format!(
        "`pipeline/client` failed: the connection with `{address}` is broken: "
    );
    assert!(error.starts_with(&begin), "{error}");
    assert_eq!(heard, "");
    server.join().unwrap();
}

#[test]
fn a_connection_that_was_made_elsewhere_is_a_component_too() {
    let (address, server) = peer(|mut stream| all_of(&mut stream));
    let socket = ConnectedSocket::new(TcpStream::connect(address).unwrap()).unwrap();
    assert_eq!(socket.addresses().peer, address);
    let ended = Pipeline::new()
        .then("words", DataSource::new(["some", "words"].map(Bytes::from)))
        .then("socket", socket)
        .then("nobody", NullSink::<Bytes>::default())
        .run();
    assert_eq!((ended, server.join().unwrap()), (Ok(()), b"somewords".to_vec()));
}

#[test]
fn connections_pass_between_components_before_they_are_used() {
    let server = anywhere();
    let address = server.address();
    let mut system = System::new();
    system.add("server", server).unwrap();
    let host = component(async |io: Io<ConnectedSocket, ()>| {
        let socket = io.recv().await.unwrap();
        io.co.spawn("guest", socket).unwrap();
        let greeting = DataSource::new([Bytes::from("welcome")]);
        io.co.spawn("greeting", greeting).unwrap();
        io.co.link("greeting.outbox -> guest.inbox").unwrap();
        io.co.children_ended().await;
        io.co.stop();
    });
    system.add("host", host).unwrap();
    system.link("server.outbox -> host.inbox").unwrap();
    let (heard, ended) = beside(&mut system, move || {
        all_of(&mut TcpStream::connect(address).unwrap())
    });
    assert_eq!((heard, ended), (b"welcome".to_vec(), Ok(())));
}

#[test]
fn a_socket_wakes_a_system_that_waits_for_threads_as_well() {
    let server = ServerCore::new(anywhere(), echo);
    let address = server.listener.address();
    let mut system = System::new();
    system.add("server", server).unwrap();
    // A thread rings where sockets are waited for.
    let count = Rc::new(Cell::new(0));
    let counted = count.clone();
    let thread = axon::threaded(|io: axon::ThreadIo<(), u32>| {
        for n in 0..100 {
            io.send(n);
        }
    });
    system.add("thread", thread).unwrap();
    let count_them = component(async move |io: Io<u32, ()>| {
        while io.recv().await.is_some() {
            counted.set(counted.get() + 1);
        }
    });
    system.add("count", count_them).unwrap();
    system.link("thread.outbox -> count.inbox").unwrap();
    let ((), ended) = beside(&mut system, move || {
        let mut stream = TcpStream::connect(address).unwrap();
        (0..100).for_each(|_| ping(&mut stream, b"hello"));
    });
    assert_eq!((count.get(), ended), (100, Ok(())));
}

#[test]
fn a_system_that_is_always_busy_looks_at_its_sockets_too() {
    let server = ServerCore::new(anywhere(), echo);
    let address = server.listener.address();
    let mut system = System::new();
    system.add("server", server).unwrap();
    let busy = component(async |io: Io<(), ()>| {
        while io.co.control() != Some(Signal::Shutdown) {
            io.co.again().await;
        }
    });
    system.add("busy", busy).unwrap();
    let ((), ended) = beside(&mut system, move || {
        let mut stream = TcpStream::connect(address).unwrap();
        (0..100).for_each(|_| ping(&mut stream, b"hello"));
    });
    assert_eq!(ended, Ok(()));
}

#[test]
fn whoever_waits_for_a_socket_is_not_stuck_and_whoever_has_none_is() {
    let mut system = System::new();
    let forgotten = Inbox::<u32>::default();
    let waits = component(
        async move |io: Io<(), ()>| {
            while forgotten.recv(&io.co).await.is_some() {}
        },
    );
    system.add("waits", waits).unwrap();
    system.add("client", TcpClient::new("127.0.0.1:1")).unwrap();
    // The client fails, and then nobody is left who could wake the other.
    let error = system.run().unwrap_err().to_string();
    assert!(error.contains("all are asleep"), "{error}");
}

/// Says how many bytes come to a source of its own, which only the selector watches, and
/// thanks for them.
#[cfg(unix)]
fn gauge(source: mio::net::UnixStream, log: &Log) -> impl Component + use<> {
    let log = log.clone();
    component(async move |io: Io<(), ()>| {
        let source = io.co.assistant().selector(&io.co).watch(source).unwrap();
        let mut scratch = [0; 100];
        loop {
            let read = |mut it: &mio::net::UnixStream| it.read(&mut scratch);
            match source.when_ready(Way::In, read, &io.co).await {
                Some(Ok(0)) => return log.write("end"),
                Some(count) => log.write(format!("{}", count.unwrap())),
                None => return log.write("shut down"),
            }
            source.source().write_all(b"!").unwrap();
        }
    })
}

#[cfg(unix)]
#[test]
fn any_component_may_have_a_source_of_its_own_watched() {
    use std::os::unix::net::UnixStream;
    let pair = || {
        let (here, there) = UnixStream::pair().unwrap();
        here.set_nonblocking(true).unwrap();
        (mio::net::UnixStream::from_std(here), there)
    };
    let ((first, mut to_first), (second, mut to_second)) = (pair(), pair());
    let (logs, mut system) = ([Log::default(), Log::default()], System::new());
    system.add("first", gauge(first, &logs[0])).unwrap();
    system.add("second", gauge(second, &logs[1])).unwrap();
    let (to_second, ended) = beside(&mut system, move || {
        // Neither keeps the other from its news.
        for (stream, word) in [(&mut to_second, "hello"), (&mut to_first, "goodbye")]
        {
            stream.write_all(word.as_bytes()).unwrap();
            stream.read_exact(&mut [0]).unwrap();
        }
        to_first.shutdown(Shutdown::Write).unwrap();
        assert_eq!(to_first.read(&mut [0]).unwrap(), 0);
        // Were it dropped here, the second might hear of that before the shutdown.
        to_second
    });
    drop(to_second);
    assert_eq!(ended, Ok(()));
    assert_eq!(logs[0].read(), ["7", "end"]);
    assert_eq!(logs[1].read(), ["5", "shut down"]);
}
