//! # Tests of datagrams
//!
//! Components that speak UDP, and at their other ends ordinary sockets of the standard
//! library, or one another. On the loopback a datagram that was sent has arrived, so nobody
//! waits for time to pass. Where the machine has no multicast, the tests of it say so and
//! are skipped. The name of a test is the sentence that it holds.

mod witness;

use std::cell::{Cell, RefCell};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::rc::Rc;
use std::time::Duration;

use axon::chassis::Pipeline;
use axon::library::{DataSource, PassThrough};
use axon::net::{
    Bytes, Datagram, Group, MulticastReceiver, MulticastSender,
    MulticastTransceiver, Returned, Udp, UdpPeer,
};
use axon::{Component, Io, Outbox, System, boxes, component};
use witness::{Log, beside, has_multicast};

const HOUR: Duration = Duration::from_secs(3600);

/// Somebody outside.
fn stranger() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

fn udp() -> Udp {
    Udp::bind("127.0.0.1:0").unwrap()
}

/// What has come to a socket, without waiting for more.
fn heard(socket: &UdpSocket) -> Vec<Vec<u8>> {
    socket.set_nonblocking(true).unwrap();
    let mut scratch = [0; 1000];
    let mut all = Vec::new();
    while let Ok(count) = socket.recv(&mut scratch) {
        all.push(scratch[..count].to_vec());
    }
    all
}

/// A system that sends back what it is sent.
fn echo() -> (System, SocketAddr) {
    let (udp, mut system) = (udp(), System::new());
    let address = udp.address();
    system.add("udp", udp).unwrap();
    system.add("echo", PassThrough::<Datagram>::default()).unwrap();
    system.link("udp.outbox -> echo.inbox").unwrap();
    system.link("echo.outbox -> udp.inbox").unwrap();
    (system, address)
}

/// Takes so many messages, writes them down, and stops the system.
fn taker<T: 'static>(
    count: usize,
    show: impl Fn(&T) -> String + 'static,
    log: &Log,
) -> impl Component {
    let log = log.clone();
    component(async move |io: Io<T, ()>| {
        for _ in 0..count {
            let Some(message) = io.recv().await else { return };
            log.write(show(&message));
        }
        io.co.stop();
    })
}

fn text(datagram: &Datagram) -> String {
    String::from_utf8_lossy(&datagram.bytes).into_owned()
}

fn words(words: &[&'static str]) -> DataSource<Vec<Bytes>> {
    let words: Vec<_> = words.iter().map(|word| Bytes::from(*word)).collect();
    DataSource::new(words)
}

#[test]
fn whoever_writes_is_answered_and_nobody_else() {
    let (mut system, address) = echo();
    let strangers = move || {
        let both = [stranger().0, stranger().0];
        let mut scratch = vec![0; 70_000];
        for n in 0..200_usize {
            // Empty ones are datagrams too, and so is the longest.
            let word = vec![n as u8; [0, 1, 1472, 65_507][n % 4]];
            let socket = &both[n / 4 % 2];
            socket.send_to(&word, address).unwrap();
            let (count, from) = socket.recv_from(&mut scratch).unwrap();
            assert_eq!(from, address);
            assert!(scratch[..count] == word, "datagram {n} is another");
        }
        both.map(|socket| heard(&socket))
    };
    let (rest, ended) = beside(&mut system, strangers);
    assert_eq!((rest, ended), ([vec![], vec![]], Ok(())));
}

#[test]
fn what_comes_before_the_system_runs_is_not_lost() {
    let (udp, mut system, log) = (udp(), System::new(), Log::default());
    let (stranger, _) = stranger();
    for word in ["one", "", "three"] {
        stranger.send_to(word.as_bytes(), udp.address()).unwrap();
    }
    system.add("udp", udp).unwrap();
    system.add("taker", taker(3, text, &log)).unwrap();
    system.link("udp.outbox -> taker.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["one", "", "three"]);
}

#[test]
fn all_that_waits_is_sent_before_a_peer_ends() {
    let (stranger, address) = stranger();
    let lines = DataSource::new((0..100_u8).map(|n| Bytes::from(vec![n])));
    let ended = Pipeline::new()
        .then("lines", lines)
        .then("peer", UdpPeer::new(address).unwrap())
        .run();
    assert_eq!(ended, Ok(()));
    let all: Vec<_> = (0..100_u8).map(|n| vec![n]).collect();
    assert_eq!(heard(&stranger), all);
}

#[test]
fn an_address_that_is_sent_to_a_peer_counts_from_then_on() {
    let ((first, to_first), (second, to_second)) = (stranger(), stranger());
    let mut system = System::new();
    /// Says who is written to, and what.
    struct Author {
        outbox: Outbox<Bytes>,
        address: Outbox<SocketAddr>,
        to: [SocketAddr; 2],
    }
    impl Component for Author {
        boxes! { outbox: "words", address: "whom they are for" }

        async fn main(self, co: axon::Co) {
            self.outbox.send("one".into(), &co).await;
            co.idle().await;
            // More than wait at once, and nothing between: the last counts.
            for n in 0..1_001 {
                self.address.send(self.to[n % 2], &co).await;
            }
            self.address.send(self.to[1], &co).await;
            self.outbox.send("two".into(), &co).await;
            co.idle().await;
            self.address.send(self.to[0], &co).await;
            self.outbox.send("three".into(), &co).await;
        }
    }
    let (outbox, address) = (Outbox::default(), Outbox::default());
    let author = Author { outbox, address, to: [to_first, to_second] };
    system.add("author", author).unwrap();
    system.add("peer", udp().to(to_first)).unwrap();
    system.link("author.outbox -> peer.inbox").unwrap();
    system.link("author.address -> peer.target").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(heard(&first), [b"one".to_vec(), b"three".to_vec()]);
    assert_eq!(heard(&second), [b"two".to_vec()]);
}

/// Five datagrams, of which three cannot be sent, and where the others go.
fn five() -> ([Datagram; 5], UdpSocket) {
    let (stranger, peer) = stranger();
    let nowhere = "[::1]:9".parse().unwrap();
    let datagram = |length: usize, peer| {
        let bytes = Bytes::from(vec![b'x'; length]);
        Datagram { peer, bytes }
    };
    let five = [
        datagram(1, peer),
        datagram(65_508, peer),
        // What has an address of IPv4 cannot write to one of IPv6.
        datagram(2, nowhere),
        datagram(65_528, nowhere),
        datagram(3, peer),
    ];
    (five, stranger)
}

#[test]
fn what_cannot_be_sent_comes_back_or_is_told() {
    // It comes back,
    let (five, stranger) = five();
    let peer = five[0].peer;
    let mut system = System::new();
    system.add("five", DataSource::new(five.clone())).unwrap();
    system.add("udp", udp()).unwrap();
    let came = Rc::new(RefCell::new(Vec::new()));
    let kept = came.clone();
    let keeper = component(async move |io: Io<Returned, ()>| {
        while let Some(returned) = io.recv().await {
            kept.borrow_mut().push((returned.to_string(), returned.datagram));
        }
    });
    system.add("keeper", keeper).unwrap();
    system.link("five.outbox -> udp.inbox").unwrap();
    system.link("udp.returned -> keeper.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    let (said, back): (Vec<_>, Vec<_>) = came.take().into_iter().unzip();
    assert!(back[..] == five[1..4], "they are others");
    let too_long = format!(
        "cannot send 65508 bytes to {peer}: a datagram has no more than 65507"
    );
    assert_eq!(said[0], too_long);
    assert!(said[1].starts_with("cannot send 2 bytes to [::1]:9: "), "{said:?}");
    assert!(said[2].ends_with("a datagram has no more than 65527"), "{said:?}");
    assert_eq!(heard(&stranger), [b"x".to_vec(), b"xxx".to_vec()]);

    // or, where nobody takes it back, the first is told.
    let ended =
        Pipeline::new().then("five", DataSource::new(five)).then("udp", udp()).run();
    let error = ended.unwrap_err().to_string();
    let expected = "; link `returned` to hear of those that follow";
    assert_eq!(error, format!("`pipeline/udp` failed: {too_long}{expected}"));
    assert_eq!(heard(&stranger), [b"x".to_vec(), b"xxx".to_vec()]);
}

#[test]
fn whoever_always_has_something_to_send_still_hears() {
    let (_stranger, address) = stranger();
    let udp = udp();
    let own = udp.address();
    let (mut system, log) = (System::new(), Log::default());
    let endless = DataSource::new(std::iter::repeat(Bytes::from("blah")));
    system.add("endless", endless).unwrap();
    system.add("peer", udp.to(address)).unwrap();
    system.add("taker", taker(100, text, &log)).unwrap();
    system.link("endless.outbox -> peer.inbox").unwrap();
    system.link("peer.outbox -> taker.inbox").unwrap();
    let (speaker, _) = stranger();
    for _ in 0..100 {
        speaker.send_to(b"enough", own).unwrap();
    }
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read().len(), 100);
}

#[test]
fn whoever_has_much_to_hear_still_sends() {
    let ((stranger, address), udp) = (stranger(), udp());
    // As much as the operating system keeps; what does not fit is lost.
    for _ in 0..1_000 {
        stranger.send_to(b"blah", udp.address()).unwrap();
    }
    let (mut system, taken) = (System::new(), Rc::new(Cell::new(0)));
    let count = taken.clone();
    let counter = component(async move |io: Io<Datagram, ()>| {
        while io.recv().await.is_some() {
            count.set(count.get() + 1);
        }
    });
    let word = Datagram { peer: address, bytes: "a word".into() };
    system.add("word", DataSource::new([word.clone(), word])).unwrap();
    system.add("udp", udp).unwrap();
    system.add("counter", counter).unwrap();
    system.link("word.outbox -> udp.inbox").unwrap();
    system.link("udp.outbox -> counter.inbox").unwrap();
    let mut sent = 0;
    while sent < 2 {
        assert!(system.step());
        sent += heard(&stranger).len();
    }
    assert!(taken.get() < 150, "it heard {} before it spoke", taken.get());
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn who_takes_slowly_is_sent_no_more_than_there_is_room_for() {
    let (udp, mut system) = (udp(), System::new());
    let (speaker, _) = stranger();
    for n in 0..50_u8 {
        speaker.send_to(&[n], udp.address()).unwrap();
    }
    let most = Rc::new(Cell::new(0));
    let seen = most.clone();
    let slow = component(async move |io: Io<Datagram, ()>| {
        io.inbox.set_capacity(2);
        for n in 0..50 {
            let datagram = io.recv().await.unwrap();
            assert_eq!(datagram.bytes[..], [n]);
            seen.set(seen.get().max(io.inbox.len()));
            io.co.idle().await;
        }
        io.co.stop();
    });
    system.add("slow", slow).unwrap();
    system.add("udp", udp).unwrap();
    system.link("udp.outbox -> slow.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert!((1..=2).contains(&most.get()), "{}", most.get());
}

#[test]
fn sockets_to_which_nobody_writes_have_no_turns() {
    let mut system = System::new().virtual_time();
    for n in 0..100 {
        system.add(&format!("udp {n}"), udp()).unwrap();
    }
    system.run_until(system.now() + HOUR);
    let (turns, wakeups) = (system.turns(), system.wakeups());
    system.run_until(system.now() + 1_000 * HOUR);
    assert_eq!((system.turns(), system.wakeups()), (turns, wakeups));
    assert_eq!(system.stop(HOUR), Ok(()));
}

#[test]
fn an_address_at_which_there_can_be_no_socket_is_an_error_that_names_it() {
    let taken = udp();
    for (address, reason) in [
        ("", "invalid socket address"),
        ("localhost", "invalid socket address"),
        ("127.0.0.1:123456", "invalid port value"),
        ("192.0.2.1:0", ""),
        (&taken.address().to_string(), "Addr"),
    ] {
        let error = Udp::bind(address).unwrap_err().to_string();
        let begin = format!("no socket for datagrams at `{address}`: {reason}");
        assert!(error.starts_with(&begin), "{error}");
    }
    for (group, reason) in [
        ("", "expected a group and a port, such as 239.255.16.0:1600"),
        ("239.255.16.0", "expected a group and a port, such as 239.255.16.0:1600"),
        ("[ff02::1]:1600", "expected a group and a port, such as 239.255.16.0:1600"),
        (
            "127.0.0.1:1600",
            "that is no multicast group; groups are from 224.0.0.0 to \
             239.255.255.255",
        ),
    ] {
        let error = Group::at(group).unwrap_err().to_string();
        assert_eq!(error, format!("no socket for datagrams at `{group}`: {reason}"));
    }
    let no_port = MulticastSender::new(Group::at("239.255.16.0:0").unwrap());
    let error = no_port.unwrap_err().to_string();
    assert!(error.ends_with("who sends to a group needs its port"), "{error}");
    let away = Group::at("239.255.16.0:0").unwrap();
    let away = away.through(Ipv4Addr::new(192, 0, 2, 1));
    let error = MulticastReceiver::new(away).unwrap_err().to_string();
    let begin = "no socket for datagrams at `239.255.16.0:0`: through 192.0.2.1: ";
    assert!(error.starts_with(begin), "{error}");
}

/// A group of this machine, at whatever port is free.
fn group(address: &str) -> Group {
    Group::at(address).unwrap().through(Ipv4Addr::LOCALHOST)
}

#[test]
fn all_who_listen_to_a_group_hear_what_is_sent_to_it() {
    if !has_multicast() {
        return;
    }
    let first = MulticastReceiver::new(group("239.255.16.0:0")).unwrap();
    let second = MulticastReceiver::new(first.group()).unwrap();
    let sender = MulticastSender::new(first.group()).unwrap();
    let mut system = System::new();
    let logs = [Log::default(), Log::default()];
    system.add("words", words(&["one", "", "three"])).unwrap();
    system.add("sender", sender).unwrap();
    system.link("words.outbox -> sender.inbox").unwrap();
    for (name, receiver, log) in
        [("first", first, &logs[0]), ("second", second, &logs[1])]
    {
        system.add(name, receiver).unwrap();
        let log = log.clone();
        // Each ends with the third, and so its receiver, who is told.
        let takes = component(async move |io: Io<Datagram, ()>| {
            for _ in 0..3 {
                log.write(text(&io.recv().await.unwrap()));
            }
        });
        system.add(&format!("{name} log"), takes).unwrap();
        system.link(&format!("{name}.outbox -> {name} log.inbox")).unwrap();
        system.link(&format!("{name} log.signal -> {name}.control")).unwrap();
    }
    assert_eq!(system.run(), Ok(()));
    assert_eq!(logs.map(|log| log.read()), [["one", "", "three"]; 2]);
}

#[test]
#[cfg(target_os = "linux")]
fn who_listens_to_a_group_does_not_hear_what_is_sent_to_another() {
    if !has_multicast() {
        return;
    }
    let here = MulticastReceiver::new(group("239.255.16.0:0")).unwrap();
    let port = here.group().address().port();
    let there = group(&format!("239.255.16.1:{port}"));
    // That somebody on this machine listens to it must make no difference.
    let _neighbour = MulticastReceiver::new(there).unwrap();
    let (mut system, log) = (System::new(), Log::default());
    for (name, to) in [("there", there), ("here", here.group())] {
        let sender = MulticastSender::new(to).unwrap();
        let lines = Pipeline::new()
            .then("words", words(if name == "here" { &["ours"] } else { &["no"] }))
            .then("sender", sender);
        system.add(name, lines).unwrap();
        // One after the other.
        while system.components().iter().any(|it| it == name) {
            system.step();
        }
    }
    system.add("receiver", here).unwrap();
    system.add("taker", taker(1, text, &log)).unwrap();
    system.link("receiver.outbox -> taker.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["ours"]);
}

#[test]
fn a_transceiver_hears_the_others_and_itself() {
    if !has_multicast() {
        return;
    }
    let student = MulticastTransceiver::new(group("239.255.16.0:0")).unwrap();
    let teacher = MulticastTransceiver::new(student.group()).unwrap();
    let mut system = System::new();
    let logs = [Log::default(), Log::default()];
    for (name, transceiver, log) in
        [("student", student, &logs[0]), ("teacher", teacher, &logs[1])]
    {
        let log = log.clone();
        let talks = component(async move |io: Io<Datagram, Bytes>| {
            io.send(Bytes::from(name)).await;
            for _ in 0..2 {
                log.write(text(&io.recv().await.unwrap()));
            }
        });
        system.add(name, talks).unwrap();
        system.add(&format!("{name} net"), transceiver).unwrap();
        system.link(&format!("{name}.outbox -> {name} net.inbox")).unwrap();
        system.link(&format!("{name} net.outbox -> {name}.inbox")).unwrap();
    }
    assert_eq!(system.run(), Ok(()));
    for log in logs {
        let mut said = log.read();
        said.sort();
        assert_eq!(said, ["student", "teacher"]);
    }
}

#[test]
fn a_system_that_stops_closes_its_sockets() {
    let (mut system, address) = echo();
    if has_multicast() {
        let receiver = MulticastReceiver::new(group("239.255.16.0:0")).unwrap();
        system.add("receiver", receiver).unwrap();
    }
    assert!(Udp::bind(&address.to_string()).is_err());
    assert_eq!(system.stop(HOUR), Ok(()));
    assert!(Udp::bind(&address.to_string()).is_ok());
}
