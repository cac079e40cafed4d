//! # Tests of TLS
//!
//! Both ends of a connection in one system, in virtual time and without a net between them,
//! so that a test can cut it, bend it and hold it up; then over sockets, with programs that
//! nobody here wrote. Certificates are made when they are needed. The name of a test is the
//! sentence that it holds.

#[path = "../../tests/witness/mod.rs"]
mod witness;

use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use axon::chassis::{Graphline, Pipeline};
use axon::library::{DataSource, OneShot};
use axon::net::{Bytes, ServerCore, TcpClient, TcpServer};
use axon::protocol::{HttpClient, HttpServer, Part, Request, Response, echo};
use axon::{Component, Error, Io, Result, Signal, System, component};
use axon_tls::{Identity, Tls, TlsClient, Trust, behind_tls};
use proptest::prelude::*;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, date_time_ymd,
};
use witness::beside;

/// A certificate that vouches for itself, with its key, both as PEM.
fn certificate(name: &str, until: i32) -> (String, String) {
    certified(name, |params| params.not_after = date_time_ymd(until, 1, 1))
}

/// The same, with something that is unusual in it.
fn certified(name: &str, with: impl Fn(&mut CertificateParams)) -> (String, String) {
    let mut params = CertificateParams::new([name.to_string()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2000, 1, 1);
    with(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    (certificate.pem(), key.serialize_pem())
}

/// A server's end and a client's, who know each other.
fn ends() -> (Tls, Tls) {
    let (certificate, key) = certificate("tea.example", 4000);
    let identity = Identity::from_pem(&certificate, &key).unwrap();
    let trust = Trust::from_pem(&certificate).unwrap();
    let client = Tls::client(&trust, "tea.example").unwrap();
    (Tls::server(&identity).from_peer("192.0.2.7:4711"), client)
}

/// Different bytes, so that none can be missing or in the wrong place.
fn noise(length: u32) -> Vec<u8> {
    (0..length).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

/// What a component has heard, and how that ended.
#[derive(Clone, Default)]
struct Heard {
    bytes: Rc<RefCell<Vec<u8>>>,
    ended: Rc<Cell<Option<Signal>>>,
}

impl Heard {
    fn listener(&self) -> impl Component + use<> {
        let heard = self.clone();
        component(async move |io: Io<Bytes, ()>| {
            while let Some(piece) = io.recv().await {
                heard.bytes.borrow_mut().extend(piece);
            }
            heard.ended.set(io.co.control());
        })
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.borrow()).into_owned()
    }
}

/// Passes on what goes over the net, in pieces of so many bytes, up to so many in all.
fn net(piece: usize, most: usize) -> impl Component {
    component(async move |io: Io<Bytes, Bytes>| {
        let mut left = most;
        while let Some(bytes) = io.recv().await {
            let whole = bytes.slice(..bytes.len().min(left));
            left -= whole.len();
            for part in whole.chunks(piece) {
                io.send(Bytes::copy_from_slice(part)).await;
            }
            if left == 0 {
                return;
            }
        }
    })
}

/// Two who talk: each says something, hears the other out, and ends. Between them is a net
/// that carries so many bytes at once, and to the client no more than so many.
struct Talk {
    piece: usize,
    most: usize,
    says: [Vec<u8>; 2],
}

impl Talk {
    fn have(self, (server, client): (Tls, Tls)) -> ([Heard; 2], Result<()>) {
        let heard = [Heard::default(), Heard::default()];
        let mut system = System::new().virtual_time();
        let [question, answer] =
            self.says.map(|it| DataSource::new([Bytes::from(it)]));
        system.add("question", question).unwrap();
        system.add("answer", answer).unwrap();
        system.add("client", client).unwrap();
        system.add("server", server).unwrap();
        system.add("there", net(self.piece, usize::MAX)).unwrap();
        system.add("back", net(self.piece, self.most)).unwrap();
        system.add("server heard", heard[0].listener()).unwrap();
        system.add("client heard", heard[1].listener()).unwrap();
        for linkage in [
            "question.outbox -> client.inbox",
            "client.to_net -> there.inbox",
            "there.outbox -> server.from_net",
            "server.outbox -> server heard.inbox",
            "server.signal -> server heard.control",
            "answer.outbox -> server.inbox",
            "server.to_net -> back.inbox",
            "back.outbox -> client.from_net",
            "client.outbox -> client heard.inbox",
            "client.signal -> client heard.control",
        ] {
            system.link(linkage).unwrap();
        }
        let ended = system.run();
        (heard, ended)
    }
}

#[test]
fn what_one_end_says_the_other_hears_however_the_net_cuts_it() {
    for (piece, length) in
        [(1, 3_000), (7, 30_000), (1_000, 300_000), (65_536, 3_000_000)]
    {
        let says = [noise(length), noise(length / 2 + 1)];
        let talk = Talk { piece, most: usize::MAX, says: says.clone() };
        let (heard, ended) = talk.have(ends());
        assert_eq!(ended, Ok(()), "{piece}");
        for (heard, said) in heard.iter().zip(says) {
            assert!(*heard.bytes.borrow() == said, "{piece}");
            assert_eq!(heard.ended.get(), Some(Signal::ProducerFinished), "{piece}");
        }
    }
}

#[test]
fn who_has_nothing_to_say_takes_his_leave_as_well() {
    let talk =
        Talk { piece: 100, most: usize::MAX, says: [vec![], b"welcome".to_vec()] };
    let (heard, ended) = talk.have(ends());
    assert_eq!((heard[0].text(), heard[1].text()), ("".into(), "welcome".into()));
    assert_eq!(ended, Ok(()));
}

#[test]
fn what_was_cut_off_never_passes_for_the_whole() {
    let said = noise(20_000);
    let whole = || Talk {
        piece: 500,
        most: usize::MAX,
        says: [b"question".to_vec(), said.clone()],
    };
    let (heard, ended) = whole().have(ends());
    assert_eq!((heard[1].bytes.borrow().len(), ended), (said.len(), Ok(())));
    // The last bytes are the last word itself.
    for most in [0, 100, 1_500, 9_000, 20_000] {
        let (heard, ended) = Talk { most, ..whole() }.have(ends());
        let why = match most {
            0 | 100 => "it hung up before it said who it is",
            _ => "it was cut off before the last word",
        };
        let Err(Error::Failed { component, reason }) = ended else {
            panic!("{most}: {ended:?}")
        };
        assert_eq!(component, "client", "{most}");
        assert_eq!(
            reason,
            format!("no secure connection with `tea.example`: {why}"),
            "{most}"
        );
        assert_eq!(heard[1].ended.get(), Some(Signal::Shutdown), "{most}");
        assert!(said.starts_with(&heard[1].bytes.borrow()), "{most}");
    }
}

#[test]
fn a_server_that_is_not_who_it_should_be_is_told_nothing_and_the_error_says_why() {
    let (ours, our_key) = certificate("tea.example", 4000);
    let (others, _) = certificate("jam.example", 4000);
    let (old, old_key) = certificate("tea.example", 2001);
    let (early, early_key) = certified("tea.example", |params| {
        params.not_before = date_time_ymd(3999, 1, 1);
        params.not_after = date_time_ymd(4000, 1, 1);
    });
    // As `openssl req -x509` makes them.
    let (chief, chief_key) = certified("tea.example", |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    });
    for (shown, key, believed, name, why) in [
        (
            &ours,
            &our_key,
            &others,
            "tea.example",
            "is vouched for by nobody who is trusted",
        ),
        (
            &ours,
            &our_key,
            &ours,
            "cake.example",
            "is not for `cake.example`, but for `tea.example`",
        ),
        (&ours, &our_key, &ours, "192.0.2.7", "is not for `192.0.2.7`, but for "),
        (&old, &old_key, &old, "tea.example", "has expired, and that is "),
        (
            &early,
            &early_key,
            &early,
            "tea.example",
            "is not valid before a time that is ",
        ),
        (
            &chief,
            &chief_key,
            &chief,
            "tea.example",
            "is one that vouches for others (`CA:TRUE`)",
        ),
    ] {
        let server = Tls::server(&Identity::from_pem(shown, key).unwrap());
        let server = server.from_peer("192.0.2.7:4711");
        let trust = Trust::from_pem(believed).unwrap();
        let client = Tls::client(&trust, name).unwrap();
        let says = [b"a secret".to_vec(), b"another".to_vec()];
        let (heard, ended) =
            Talk { piece: 1000, most: usize::MAX, says }.have((server, client));
        assert_eq!((heard[0].text(), heard[1].text()), Default::default());
        let text = ended.unwrap_err().to_string();
        let begin = format!(
            "`client` failed: no secure connection with `{name}`: its certificate {why}"
        );
        assert!(text.contains(&begin), "{text}");
        // And the server knows that it was not believed.
        let begin = "`server` failed: no secure connection with 192.0.2.7:4711: it does \
                     not believe our certificate: ";
        assert!(text.contains(begin), "{text}");
    }
}

/// What an end makes of a net that says this, and of whom that is the fault.
fn told(tls: Tls, net: Vec<Bytes>) -> (Heard, Result<()>) {
    let heard = Heard::default();
    let mut system = System::new().virtual_time();
    system.add("net", DataSource::new(net)).unwrap();
    system.add("tls", tls).unwrap();
    system.add("heard", heard.listener()).unwrap();
    system.add("says", OneShot::new(Bytes::from("a secret"))).unwrap();
    system.link("net.outbox -> tls.from_net").unwrap();
    system.link("says.outbox -> tls.inbox").unwrap();
    system.link("tls.outbox -> heard.inbox").unwrap();
    let ended = system.run();
    (heard, ended)
}

#[test]
fn who_talks_no_tls_is_told_so_and_named() {
    let http = || vec![Bytes::from("GET / HTTP/1.1\r\nHost: a\r\n\r\n")];
    let (server, client) = ends();
    let text = told(server, http()).1.unwrap_err().to_string();
    let why = "no secure connection with 192.0.2.7:4711: it does not talk TLS";
    assert!(text.contains(why), "{text}");
    let text = told(client, http()).1.unwrap_err().to_string();
    let why = "no secure connection with `tea.example`: it does not talk TLS";
    assert!(text.contains(why), "{text}");
    // Somebody who only looks in is nothing unusual.
    assert_eq!(told(ends().0, vec![]).1, Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn garbage_is_an_error_and_never_a_panic(
        garbage in proptest::collection::vec(any::<u8>(), 0..200),
        at in 0..3000_usize,
        with in 1..255_u8,
    ) {
        for tls in [ends().0, ends().1] {
            let (heard, ended) = told(tls, vec![Bytes::from(garbage.clone())]);
            prop_assert_eq!(heard.text(), "");
            prop_assert!(!matches!(ended, Err(Error::Panicked { .. })), "{:?}", ended);
        }
        // One byte of a good connection becomes another.
        let (heard, ended) = bent(at, with);
        prop_assert!("welcome".starts_with(&heard.text()), "{}", heard.text());
        prop_assert!(!matches!(ended, Err(Error::Panicked { .. })), "{:?}", ended);
    }
}

/// A talk in which one byte on the way to the client is changed.
fn bent(at: usize, with: u8) -> (Heard, Result<()>) {
    let (server, client) = ends();
    let heard = Heard::default();
    let bend = component(async move |io: Io<Bytes, Bytes>| {
        let mut passed = 0;
        while let Some(piece) = io.recv().await {
            let mut bytes = piece.to_vec();
            if let Some(byte) =
                at.checked_sub(passed).and_then(|at| bytes.get_mut(at))
            {
                *byte ^= with;
            }
            passed += bytes.len();
            io.send(bytes.into()).await;
        }
    });
    let mut system = System::new().virtual_time();
    system.add("client", client).unwrap();
    system
        .add("server", behind_tls(server, OneShot::new(Bytes::from("welcome"))))
        .unwrap();
    system.add("bend", bend).unwrap();
    system.add("heard", heard.listener()).unwrap();
    system.add("says", OneShot::new(Bytes::from("a secret"))).unwrap();
    system.link("says.outbox -> client.inbox").unwrap();
    system.link("client.to_net -> server.inbox").unwrap();
    system.link("server.outbox -> bend.inbox").unwrap();
    system.link("bend.outbox -> client.from_net").unwrap();
    system.link("client.outbox -> heard.inbox").unwrap();
    let ended = system.run();
    (heard, ended)
}

#[test]
fn a_consumer_without_room_makes_its_producer_wait() {
    let (server, client) = ends();
    let sent = Rc::new(Cell::new(0));
    let counts = sent.clone();
    let producer = component(async move |io: Io<(), Bytes>| {
        let block = Bytes::from(noise(10_000));
        while io.send(block.clone()).await.is_none() {
            counts.set(counts.get() + 1);
        }
    });
    let consumer = component(async |io: Io<Bytes, ()>| {
        while io.co.control().is_none() {
            io.co.pause().await;
        }
        drop(io.inbox);
    });
    let mut system = System::new();
    system.add("producer", producer).unwrap();
    system.add("client", client).unwrap();
    system.add("server", server).unwrap();
    system.add("consumer", consumer).unwrap();
    system.link("producer.outbox -> client.inbox").unwrap();
    system.link("client.to_net -> server.from_net").unwrap();
    system.link("server.to_net -> client.from_net").unwrap();
    system.link("server.outbox -> consumer.inbox").unwrap();
    system.run_until_idle();
    assert!((64..400).contains(&sent.get()), "{} were sent", sent.get());
    // All of them wait for one another, and are told to stop.
    system.stop(Duration::from_secs(1)).unwrap();
}

#[test]
fn who_does_not_say_who_he_is_within_ten_seconds_is_named() {
    let slow = component(async |io: Io<Bytes, Bytes>| {
        // A greeting, a byte a second.
        for byte in [22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, 0, 0, 0, 0] {
            io.send(Bytes::copy_from_slice(&[byte])).await;
            io.co.sleep(Duration::from_secs(1)).await;
        }
    });
    let mut system = System::new().virtual_time();
    system.add("tls", behind_tls(ends().0, echo())).unwrap();
    system.add("slow", slow).unwrap();
    system.link("slow.outbox -> tls.inbox").unwrap();
    let why = "`tls/tls` failed: no secure connection with 192.0.2.7:4711: it has not said \
               who it is within 10s";
    assert_eq!(system.run().unwrap_err().to_string(), why);
}

#[test]
fn who_is_told_to_stop_in_the_middle_of_a_handshake_stops() {
    for tls in [ends().0, ends().1] {
        let silent = component(async |io: Io<Bytes, Bytes>| {
            while io.co.control().is_none() {
                io.co.pause().await;
            }
            drop((io.inbox, io.outbox));
        });
        let mut system = System::new();
        system.add("tls", tls).unwrap();
        system.add("silent", silent).unwrap();
        system.link("silent.outbox -> tls.from_net").unwrap();
        system.run_until_idle();
        assert_eq!(system.components(), ["tls", "silent"]);
        system.stop(Duration::from_secs(1)).unwrap();
    }
}

#[test]
fn what_is_no_certificate_no_key_and_no_name_is_refused_before_anybody_connects() {
    let (certificate, key) = certificate("tea.example", 4000);
    let (_, other_key) = self::certificate("tea.example", 4000);
    let said = |result: axon_tls::Result<Identity>| result.unwrap_err().to_string();
    assert_eq!(
        said(Identity::from_pem("", &key)),
        "cannot use the certificate: there is none in this text"
    );
    assert_eq!(
        said(Identity::from_pem(&certificate, "tea")),
        "cannot use the private key: there is none in this text"
    );
    let wrong = said(Identity::from_pem(&certificate, &other_key));
    assert_eq!(
        wrong,
        "cannot use the certificate with this key: the one does not belong to the other"
    );
    let torn = &certificate[..certificate.len() / 2];
    let wrong = said(Identity::from_pem(torn, &key));
    assert!(wrong.starts_with("cannot use the certificate: "), "{wrong}");
    let trust = Trust::from_pem(&certificate).unwrap();
    let name = |name| Tls::client(&trust, name).unwrap_err().to_string();
    for bad in ["no name", "", "example.org:443"] {
        let begin = format!("cannot use the name of a server: {bad:?}: ");
        let wrong = name(bad);
        assert!(
            wrong.starts_with(&begin) && wrong.ends_with("without a port"),
            "{wrong}"
        );
    }
    for bad in ["example.org", "example.org:https", "example.org:65536", "[::1]"] {
        // What `main` returns is shown like this.
        let wrong = format!("{:?}", TlsClient::new(bad, &trust).unwrap_err());
        let begin = format!("cannot use the address of a server: {bad:?}: ");
        assert!(wrong.starts_with(&begin), "{wrong}");
    }
    assert!(TlsClient::new("[::1]:443", &trust).is_ok());
    // No key is ever shown.
    let shown = format!("{:?}", Identity::from_pem(&certificate, &key));
    assert_eq!(shown, "Ok(Identity(with its key))");
}

/// Serves a page behind TLS, over sockets, to a peer on another thread.
#[track_caller]
fn serve<R: Send + 'static>(
    certificate: &str,
    key: &str,
    peer: impl FnOnce(SocketAddr) -> R + Send + 'static,
) -> (R, Result<()>) {
    let identity = Identity::from_pem(certificate, key).unwrap();
    let listener = TcpServer::bind("127.0.0.1:0").unwrap();
    let address = listener.address();
    let page = |request: Request| {
        let text = format!("{request}, and nobody else knows.\n");
        OneShot::new(Part::Head(Response::new(200).text(text)))
    };
    let server = ServerCore::new(listener, move |who| {
        let http = HttpServer::new(page).from_peer(who.peer);
        behind_tls(Tls::server(&identity).from_peer(who.peer), http)
    });
    let mut system = System::new();
    system.add("server", server).unwrap();
    beside(&mut system, move || peer(address))
}

#[test]
fn a_page_is_asked_for_and_served_over_sockets() {
    let (certificate, key) = certificate("localhost", 4000);
    let trusted = certificate.clone();
    let (heard, ended) = serve(&certificate, &key, move |address| {
        let heard = Rc::new(RefCell::new(String::new()));
        let hears = heard.clone();
        let reader = component(async move |io: Io<Part<Response>, ()>| {
            while let Some(part) = io.recv().await {
                if let Part::Body(piece) = part {
                    hears.borrow_mut().push_str(str::from_utf8(&piece).unwrap());
                }
            }
        });
        let trust = Trust::from_pem(&trusted).unwrap();
        let requests = ["/a", "/b"].map(|path| Part::Head(Request::get(path)));
        let browser = Graphline::new()
            .with("requests", DataSource::new(requests))
            .with("http", HttpClient::new("localhost"))
            .with("tls", Tls::client(&trust, "localhost").unwrap())
            .with("tcp", TcpClient::new(&address.to_string()))
            .with("reader", reader);
        let linkages = [
            "requests.outbox -> http.inbox",
            "requests.signal -> http.control",
            "http.to_server -> tls.inbox",
            "http.signal -> tls.control",
            "tls.to_net -> tcp.inbox",
            "tcp.outbox -> tls.from_net",
            "tls.outbox -> http.from_server",
            "http.outbox -> reader.inbox",
        ];
        let link = |it: Graphline, linkage| it.link(linkage).unwrap();
        linkages.into_iter().fold(browser, link).run().unwrap();
        heard.take()
    });
    let said = "GET /a, and nobody else knows.\nGET /b, and nobody else knows.\n";
    assert_eq!((&*heard, ended), (said, Ok(())));
}

#[test]
fn a_client_that_has_said_all_before_it_is_connected_is_answered() {
    let (certificate, key) = certificate("localhost", 4000);
    let trusted = certificate.clone();
    let (heard, ended) = serve(&certificate, &key, move |address| {
        let heard = Heard::default();
        let trust = Trust::from_pem(&trusted).unwrap();
        let server = format!("localhost:{}", address.port());
        let question = "GET /tea HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        Pipeline::new()
            .then("question", OneShot::new(Bytes::from(question)))
            .then("client", TlsClient::new(&server, &trust).unwrap())
            .then("reader", heard.listener())
            .run()
            .unwrap();
        (heard.text(), heard.ended.get())
    });
    let (text, signal) = heard;
    assert!(text.ends_with("\r\n\r\nGET /tea, and nobody else knows.\n"), "{text}");
    assert_eq!((signal, ended), (Some(Signal::ProducerFinished), Ok(())));
}

#[test]
fn a_client_of_a_server_that_says_nothing_stops_when_whoever_has_it_says_so() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = silent.local_addr().unwrap().to_string();
    let (certificate, _) = certificate("localhost", 4000);
    let trust = Trust::from_pem(&certificate).unwrap();
    let heard = Heard::default();
    let listener = heard.listener();
    let parent = component(async move |io: Io<(), ()>| {
        let client = TlsClient::new(&server, &trust).unwrap();
        io.co.spawn("client", client).unwrap();
        io.co.spawn("listener", listener).unwrap();
        io.co.link("client.outbox -> listener.inbox").unwrap();
        io.co.link("client.signal -> listener.control").unwrap();
        // Until the greeting has come.
        let (greeted, greets) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let (mut stream, _) = silent.accept().unwrap();
            stream.read_exact(&mut [0]).unwrap();
            greeted.send(()).unwrap();
            // It says nothing, and stays.
            let _ = stream.read_to_end(&mut Vec::new());
        });
        while greets.try_recv().is_err() {
            io.co.again().await;
        }
        io.co.tell("client", Signal::Shutdown).unwrap();
        io.co.children_ended().await;
    });
    let mut system = System::new();
    system.add("parent", parent).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(heard.ended.get(), Some(Signal::Shutdown));
}

/// Runs the example with these words, and those whom it may trust.
fn example(words: &[&str], trusted: &str) -> Command {
    let this = std::env::current_exe().unwrap();
    let mut example =
        Command::new(this.ancestors().nth(2).unwrap().join("examples/https"));
    example.args(words).env("SSL_CERT_FILE", trusted).env_remove("SSL_CERT_DIR");
    example
}

#[test]
fn the_example_serves_itself_curl_and_whoever_trusts_as_the_machine_does() {
    let said = example(&[], "").output().unwrap();
    let page = "200 OK\nGET /tea, and nobody else knows\n";
    assert_eq!(String::from_utf8(said.stdout).unwrap(), page, "{:?}", said.stderr);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.pem");
    let file = file.to_str().unwrap();
    let mut server = example(&["127.0.0.1:0", file], "")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let port = line.trim().strip_prefix("listening at 127.0.0.1:").unwrap();
    let page = format!("https://localhost:{port}/tea");
    let said = example(&[&page], file).output().unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    assert_eq!(
        text, "200 OK\nGET /tea, and nobody else knows\n",
        "{:?}",
        said.stderr
    );
    let curl = Command::new("curl")
        .args(["--silent", "--noproxy", "*", "--cacert", file, &page])
        .output();
    match curl {
        Ok(said) => assert_eq!(said.stdout, b"GET /tea, and nobody else knows\n"),
        Err(_) => println!("skipped: there is no curl on this machine"),
    }
    // One who vouches for somebody else, and nobody at all.
    let other = folder.path().join("other.pem");
    std::fs::write(&other, certificate("jam.example", 4000).0).unwrap();
    for (trusted, why) in [
        (other.to_str().unwrap(), "is vouched for by nobody who is trusted"),
        ("/nowhere/at/all.pem", "cannot use the certificates of this machine: "),
    ] {
        let said = example(&[&page], trusted).output().unwrap();
        let complaint = String::from_utf8(said.stderr).unwrap();
        assert!(complaint.contains(why), "{complaint}");
        assert!(!said.status.success() && said.stdout.is_empty());
    }
    drop(server.stdin.take());
    assert!(server.wait().unwrap().success());
}

#[test]
fn curl_is_served_if_it_trusts_and_says_so_if_it_does_not() {
    if Command::new("curl").arg("--version").output().is_err() {
        return println!("skipped: there is no curl on this machine");
    }
    let (certificate, key) = certificate("localhost", 4000);
    let (other, _) = self::certificate("jam.example", 4000);
    let shown = certificate.clone();
    let ((good, bad), ended) = serve(&certificate, &key, move |address| {
        let curl = |trusted: &str| {
            let folder = std::env::temp_dir();
            let name =
                format!("axon-tls-{}-{}.pem", std::process::id(), address.port());
            let file = folder.join(name);
            std::fs::write(&file, trusted).unwrap();
            let to = format!("localhost:{}:127.0.0.1", address.port());
            let output = Command::new("curl")
                .args(["--silent", "--show-error", "--noproxy", "*", "--cacert"])
                .arg(&file)
                .args(["--resolve", &to])
                .arg(format!("https://localhost:{}/tea", address.port()))
                .output()
                .unwrap();
            std::fs::remove_file(&file).unwrap();
            output
        };
        (curl(&shown), curl(&other))
    });
    let said = String::from_utf8(good.stdout).unwrap();
    assert_eq!(said, "GET /tea, and nobody else knows.\n", "{:?}", good.stderr);
    // It is curl that refuses. It tells the server, who may have been stopped before.
    assert_eq!(bad.status.code(), Some(60), "{bad:?}");
    let text = ended.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(
        text.is_empty() || text.contains("it does not believe our certificate: "),
        "{text}"
    );
}

#[test]
fn openssl_talks_to_an_echo_and_both_take_their_leave() {
    if Command::new("openssl").arg("version").output().is_err() {
        return println!("skipped: there is no openssl on this machine");
    }
    let (certificate, key) = certificate("localhost", 4000);
    let identity = Identity::from_pem(&certificate, &key).unwrap();
    let listener = TcpServer::bind("127.0.0.1:0").unwrap();
    let address = listener.address();
    let server = ServerCore::new(listener, move |who| {
        behind_tls(Tls::server(&identity).from_peer(who.peer), echo())
    });
    let mut system = System::new();
    system.add("server", server).unwrap();
    let (heard, ended) = beside(&mut system, move || {
        let mut openssl = Command::new("openssl")
            .args(["s_client", "-quiet", "-no_ign_eof", "-connect"])
            .arg(address.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = openssl.stdin.take().unwrap();
        stdin.write_all(b"is anybody there?\n").unwrap();
        let mut heard = vec![0; 18];
        openssl.stdout.as_mut().unwrap().read_exact(&mut heard).unwrap();
        drop(stdin);
        assert!(openssl.wait().unwrap().success());
        heard
    });
    assert_eq!(ended, Ok(()));
    assert_eq!(heard, b"is anybody there?\n");
}

#[test]
fn who_goes_without_a_word_ends_his_own_protocol_and_is_no_error() {
    let (certificate, key) = certificate("localhost", 4000);
    let ((), ended) = serve(&certificate, &key, |address| {
        for _ in 0..20 {
            drop(TcpStream::connect(address).unwrap());
            let mut rude = TcpStream::connect(address).unwrap();
            // The beginning of a greeting.
            rude.write_all(&[22, 3, 1, 0, 200, 1]).unwrap();
        }
    });
    assert_eq!(ended, Ok(()));
}
