//! # Tests of HTTP
//!
//! Both ends of a connection without a net, in virtual time: what is read and written, what
//! is refused, and how each ends when the other is slow, wrong or gone. What other programs
//! think of it is told where the tests of [the servers](servers) are. The name of a test is
//! the sentence that it holds.

mod witness;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use axon::library::DataSource;
use axon::protocol::{HttpClient, HttpLimits, HttpServer, Part, Request, Response};
use axon::testing::Trial;
use axon::{Component, Error, Io, Result, Signal, System, component};
use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);

/// What a handler talks with.
type Talk = Io<Bytes, Part<Response>>;

/// Takes all that comes, and is what came.
async fn all(io: &Talk) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(piece) = io.recv().await {
        all.extend(piece);
    }
    all
}

/// Answers with what was asked.
fn parrot(request: Request) -> impl Component {
    component(async move |io: Talk| {
        let body = all(&io).await;
        let body = String::from_utf8_lossy(&body).into_owned();
        io.send(Response::new(200).whole(format!("{request} [{body}]")).into())
            .await;
    })
}

/// Lets a peer say something to a server, and no more. Returns what it is answered, and
/// how the run ended.
fn talk<C: Component>(
    pieces: impl IntoIterator<Item = Bytes> + 'static,
    server: HttpServer<impl FnMut(Request) -> C + 'static>,
) -> (String, Result<()>) {
    let heard = Rc::new(RefCell::new(Vec::new()));
    let hears = heard.clone();
    let listener = component(async move |io: Io<Bytes, ()>| {
        while let Some(piece) = io.recv().await {
            hears.borrow_mut().extend(piece);
        }
    });
    let pieces: Vec<_> = pieces.into_iter().collect();
    let mut system = System::new().virtual_time();
    system.add("peer", DataSource::new(pieces)).unwrap();
    system.add("server", server).unwrap();
    system.add("listener", listener).unwrap();
    system.link("peer.outbox -> server.inbox").unwrap();
    system.link("server.outbox -> listener.inbox").unwrap();
    let ended = system.run();
    let heard = String::from_utf8_lossy(&heard.borrow()).into_owned();
    (heard, ended)
}

/// What a peer is answered by the parrot.
fn answer(bytes: &str) -> (String, Result<()>) {
    talk([Bytes::from(bytes.to_string())], HttpServer::new(parrot))
}

/// Why the server failed.
#[track_caller]
fn reason(ended: Result<()>) -> String {
    match ended {
        Err(Error::Failed { component, reason }) if component == "server" => reason,
        other => panic!("{other:?}"),
    }
}

fn ok(body: &str) -> String {
    ok_after(0, body)
}

/// What the parrot answers so many seconds after the beginning of time.
fn ok_after(seconds: u8, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\
         Date: Thu, 01 Jan 1970 00:00:{seconds:02} GMT\r\n\r\n{body}"
    )
}

#[test]
fn requests_in_one_connection_are_answered_in_the_order_in_which_they_came() {
    let asked = "GET /tea HTTP/1.1\r\nHost: a\r\n\r\n\
                 POST /cake HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nfruit\
                 \r\n\
                 PUT /jam HTTP/1.1\r\nhost: a\r\ntransfer-encoding: Chunked\r\n\r\n\
                 3\r\nred\r\nA;why=not\r\n currant 2\r\n0\r\nChecksum: 7\r\n\r\n\
                 GET /more HTTP/1.1\r\nHost: a\r\n\r\n";
    let said = ["GET /tea []", "POST /cake [fruit]", "PUT /jam [red currant 2]"];
    let mut said: String = said.map(ok).concat();
    said.push_str(&ok("GET /more []"));
    assert_eq!(answer(asked), (said, Ok(())));
}

proptest! {
    #[test]
    fn every_split_of_a_stream_of_http_gives_the_same_heads_and_bodies(
        cuts in vec(0..160_usize, 0..12),
    ) {
        let asked = "POST /cake HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nfruit\
                     PUT /jam HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
                     3\r\nred\r\n00a\r\n currant 2\r\n0\r\nA: 7\r\n\r\n";
        let whole = answer(asked);
        prop_assert_eq!(&whole.1, &Ok(()));
        let mut cuts: Vec<_> =
            cuts.iter().map(|cut| cut % (asked.len() + 1)).collect();
        cuts.extend([0, asked.len()]);
        cuts.sort_unstable();
        let pieces = |cuts: &[usize]| -> Vec<Bytes> {
            let piece = |at: &[usize]| Bytes::from(asked[at[0]..at[1]].to_string());
            cuts.windows(2).map(piece).collect()
        };
        prop_assert_eq!(&talk(pieces(&cuts), HttpServer::new(parrot)), &whole);
        let all: Vec<_> = (0..=asked.len()).collect();
        prop_assert_eq!(&talk(pieces(&all), HttpServer::new(parrot)), &whole);
    }

    #[test]
    fn garbage_is_refused_and_is_never_a_panic(
        words in vec(
            prop_oneof![
                Just("GET / HTTP/1.1\r\n"), Just("POST /"), Just(" HTTP/1.0\r\n"),
                Just("Host: a\r\n"), Just("\r\n"), Just("Content-Length: "), Just("7"),
                Just("Transfer-Encoding: chunked\r\n"), Just("0\r\n\r\n"), Just("\n"),
                Just("5\r\nfruit\r\n"), Just(":"), Just("\u{0}"), Just("ffffffffffffffff"),
                Just("HTTP/1.1 200 OK\r\n"), Just("HTTP/1.1 100 \r\n\r\n"), Just("é"),
            ],
            0..12,
        ),
    ) {
        let pieces = || words.clone().into_iter().map(Bytes::from);
        let (_, ended) = talk(pieces().collect::<Vec<_>>(), HttpServer::new(parrot));
        prop_assert!(!matches!(ended, Err(Error::Panicked { .. })), "{:?}", ended);
        let mut client = client_system(["/"], pieces().collect(), |_| {});
        let ended = client.run();
        prop_assert!(!matches!(ended, Err(Error::Panicked { .. })), "{:?}", ended);
    }
}

#[test]
fn what_could_be_read_in_two_ways_is_refused_and_nothing_behind_it_is_read() {
    let behind = "GET /behind HTTP/1.1\r\nHost: a\r\n\r\n";
    for (status, head, body) in [
        (400, "POST / HTTP/1.1\r\nContent-Length: 3", "abc"),
        (400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b", ""),
        (400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3", "abc"),
        (400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 4", "abc"),
        (400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ", ""),
        (
            400,
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked",
            "0\r\n\r\n",
        ),
        (
            501,
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked",
            "0\r\n\r\n",
        ),
        (400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        (400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip", ""),
        (
            400,
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip",
            "0\r\n\r\n",
        ),
        (
            501,
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\
             Transfer-Encoding: chunked",
            "0\r\n\r\n",
        ),
        (400, "GET / HTTP/1.1\r\nHost: a, b", ""),
        (400, "GET / HTTP/1.1\r\nHost: a/b", ""),
        (400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b", ""),
        (400, "GET / HTTP/1.1\r\nHost : a", ""),
        (400, "GET / HTTP/1.1\r\nHost: a\r\n folded: b", ""),
        (400, "G(T / HTTP/1.1\r\nHost: a", ""),
        (505, "GET / HTTP/2.0\r\nHost: a", ""),
        (413, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741825", "abc"),
        (
            400,
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999",
            "abc",
        ),
    ] {
        let asked = format!("{head}\r\n\r\n{body}{behind}");
        let (said, ended) = answer(&asked);
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{head}: {said}");
        assert!(said.contains("\r\nConnection: close\r\n"), "{head}: {said}");
        assert_eq!(said.matches("HTTP/1.1").count(), 1, "{head}: {said}");
        assert!(reason(ended).starts_with("what was sent is wrong: "), "{head}");
    }
}

#[test]
fn a_fault_in_a_body_shuts_its_handler_down_and_is_answered() {
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for body in [
        "\r\n\r\n",
        "3\r\nfour\r\n",
        "fffffffffffffffff\r\n",
        ";a\r\n",
        "zz\r\n",
        "3;\nabc\r\nred\r\n0\r\n\r\n",
    ] {
        let told = Rc::new(Cell::new(None));
        let tells = told.clone();
        let server = HttpServer::new(move |_| {
            let tells = tells.clone();
            component(async move |io: Talk| {
                while io.recv().await.is_some() {}
                tells.set(io.co.control());
            })
        });
        let (said, ended) = talk([Bytes::from(format!("{head}{body}"))], server);
        assert!(said.starts_with("HTTP/1.1 400 "), "{body:?}: {said}");
        assert!(reason(ended).contains("a chunk"), "{body:?}");
        assert_eq!(told.get(), Some(Signal::Shutdown), "{body:?}");
    }
}

#[test]
fn a_handler_can_tell_a_half_body_from_a_whole_one() {
    for (sent, whole) in [("tea", false), ("teapot", true)] {
        let told = Rc::new(Cell::new(None));
        let tells = told.clone();
        let server = HttpServer::new(move |_| {
            let tells = tells.clone();
            component(async move |io: Talk| {
                all(&io).await;
                tells.set(io.co.control());
                io.send(Response::new(204).into()).await;
            })
        });
        let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n";
        let (_, ended) = talk([Bytes::from(format!("{head}{sent}"))], server);
        // Who goes in the middle of a word is nothing unusual.
        assert_eq!(ended, Ok(()), "{sent}");
        let signal = if whole { Signal::ProducerFinished } else { Signal::Shutdown };
        assert_eq!(told.get(), Some(signal), "{sent}");
    }
}

#[test]
fn an_answer_that_is_not_whole_never_looks_whole() {
    let begin = |head: Response, and_panics: bool| {
        HttpServer::new(move |_| {
            let head = head.clone();
            component(async move |io: Talk| {
                io.send(head.into()).await;
                io.send(Part::Body("half".into())).await;
                assert!(!and_panics, "out of ink");
            })
        })
    };
    let asked = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2);
    let ask = || [Bytes::from(asked.clone())];

    let (said, ended) = talk(ask(), begin(Response::new(200), false));
    assert!(said.ends_with("\r\n\r\n4\r\nhalf\r\n"), "{said}");
    assert_eq!(reason(ended), "`request 1` broke its answer off");

    let promise = Response::new(200).with("Content-Length", "8");
    let (said, ended) = talk(ask(), begin(promise, true));
    assert!(said.contains("Content-Length: 8\r\n"), "{said}");
    assert!(said.ends_with(" GMT\r\n\r\nhalf"), "{said}");
    let text = ended.unwrap_err().to_string();
    assert!(text.contains("`server/request 1` panicked: out of ink"), "{text}");
    assert!(text.contains("broke its answer off"), "{text}");

    let too_little = Response::new(200).with("Content-Length", "3");
    let (said, ended) = talk(ask(), begin(too_little, false));
    assert!(said.contains("Content-Length: 3\r\n"), "{said}");
    assert!(said.ends_with(" GMT\r\n\r\n"), "{said}");
    let why = "what `request 1` answers is wrong: a body is 1 bytes longer than it was \
               said";
    assert_eq!(reason(ended), why);
}

#[test]
fn a_handler_without_an_answer_is_answered_for_and_the_others_are_not_concerned() {
    let server = || {
        HttpServer::new(|request: Request| {
            component(async move |io: Talk| {
                assert_ne!(request.target, "/panic", "no");
                if request.target == "/answer" {
                    io.send(Response::new(200).text("yes").into()).await;
                }
            })
        })
    };
    for target in ["/panic", "/silence"] {
        let asked = format!(
            "GET /answer HTTP/1.1\r\nHost: a\r\n\r\nGET {target} HTTP/1.1\r\nHost: a\r\n\r\n"
        );
        let (said, ended) = talk([Bytes::from(asked)], server());
        let (first, second) = said.split_once("yes").unwrap();
        assert!(first.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
        assert!(second.starts_with("HTTP/1.1 500 Internal"), "{said}");
        assert_eq!(ended.is_err(), target == "/panic", "{ended:?}");
    }
}

#[test]
fn a_handler_that_cannot_be_made_is_answered_for_as_one_that_panics() {
    let server = HttpServer::new(|request| {
        assert_ne!(request.target, "/b", "no paper");
        parrot(request)
    });
    let asked =
        "GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n";
    let (said, ended) = talk([Bytes::from(asked)], server);
    let second = said.strip_prefix(&ok("GET /a []")).unwrap();
    assert!(second.starts_with("HTTP/1.1 500 Internal"), "{said}");
    let Err(Error::Panicked { component, text }) = ended else {
        panic!("{ended:?}")
    };
    assert_eq!(component, "server/request 2");
    assert!(text.contains("no paper"), "{text}");
}

#[test]
fn a_header_that_would_be_two_is_not_written() {
    for (name, value) in
        [("Note", "a\r\nSet-Cookie: b"), ("No te", "a"), ("Note", "→")]
    {
        let server = HttpServer::new(move |_| {
            component(async move |io: Talk| {
                let head = Response::new(200).with(name, value).text("");
                io.send(head.into()).await;
            })
        });
        let asked = Bytes::from("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        let (said, ended) = talk([asked], server);
        assert!(said.starts_with("HTTP/1.1 500 "), "{said}");
        assert!(!said.contains("Cookie"), "{said}");
        assert!(reason(ended).starts_with("what `request 1` answers is wrong: "));
    }
}

#[test]
fn the_head_of_an_answer_says_how_its_end_is_known_to_whoever_asked() {
    let server = || {
        HttpServer::new(|request: Request| {
            component(async move |io: Talk| {
                let status = request.target[1..].parse().unwrap();
                io.send(Response::new(status).into()).await;
                for piece in ["to", "", "day"] {
                    io.send(Part::Body(piece.into())).await;
                }
                io.send(Part::End).await;
            })
        })
    };
    let old = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\ntoday";
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                   2\r\nto\r\n3\r\nday\r\n0\r\n\r\n";
    for (asked, said) in [
        ("GET /200 HTTP/1.1\r\nHost: a", chunked),
        ("GET /200 HTTP/1.0", old),
        ("GET /200 HTTP/1.0\r\nConnection: keep-alive", old),
        ("HEAD /200 HTTP/1.1\r\nHost: a", "HTTP/1.1 200 OK\r\n\r\n"),
        ("HEAD /200 HTTP/1.0", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"),
        ("GET /204 HTTP/1.1\r\nHost: a", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET /304 HTTP/1.1\r\nHost: a", "HTTP/1.1 304 Not Modified\r\n\r\n"),
        (
            "GET /200 HTTP/1.1\r\nHost: a\r\nConnection: x, Close",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n\
             2\r\nto\r\n3\r\nday\r\n0\r\n\r\n",
        ),
        ("CONNECT /200 HTTP/1.1\r\nHost: a", "HTTP/1.1 200 OK\r\n\r\ntoday"),
    ] {
        let (heard, ended) =
            talk([Bytes::from(format!("{asked}\r\n\r\n"))], server());
        let date = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
        assert_eq!(heard.matches(date).count(), 1, "{heard}");
        let heard = heard.replace(date, "");
        assert_eq!((&*heard, ended), (said, Ok(())), "{asked}");
    }
}

#[test]
fn a_length_is_not_told_of_what_has_no_body() {
    let server = |status: u16| {
        HttpServer::new(move |_| {
            component(async move |io: Talk| {
                io.send(Response::new(status).text("").into()).await;
                io.send(Part::End).await;
            })
        })
    };
    for (asked, status) in [("GET / HTTP/1.1", 204), ("CONNECT a:1 HTTP/1.1", 200)] {
        let asked = Bytes::from(format!("{asked}\r\nHost: a\r\n\r\n"));
        let (said, ended) = talk([asked.clone()], server(status));
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{said}");
        assert!(!said.contains("Content-Length"), "{said}");
        assert_eq!(ended, Ok(()));
        // To refuse is an answer as any other.
        let (said, _) = talk([asked], server(404));
        assert!(said.contains("Content-Length: 0\r\n"), "{said}");
    }
}

#[test]
fn an_answer_says_when_it_was_given_unless_its_handler_does() {
    let mut ours = 0;
    let server = HttpServer::new(move |_| {
        ours += 1;
        let date = (ours == 2).then_some("Mon, 23 Nov 2026 10:00:00 GMT");
        component(async move |io: Talk| {
            // A day of virtual time, and a bit.
            io.co.sleep(90_061 * SECOND).await;
            let found = Response::new(200).text("tea");
            let found = match date {
                Some(date) => found.with("date", date),
                None => found,
            };
            io.send(found.into()).await;
        })
    });
    let asked = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2);
    let (said, ended) = talk([Bytes::from(asked)], server);
    let dates: Vec<_> = said
        .lines()
        .filter(|line| line.to_ascii_lowercase().starts_with("date: "))
        .collect();
    let all = [
        "Date: Fri, 02 Jan 1970 01:01:01 GMT",
        "date: Mon, 23 Nov 2026 10:00:00 GMT",
    ];
    assert_eq!((&dates[..], ended), (&all[..], Ok(())));
    // What the server says itself has one, too.
    let (said, _) = answer("tea\r\n\r\n");
    assert!(said.contains("\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"), "{said}");
}

#[test]
fn who_waits_to_be_told_that_its_body_is_wanted_is_told() {
    let asked = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\
                 Content-Length: 3\r\n\r\ntea";
    let (said, ended) = answer(asked);
    assert_eq!(said, format!("HTTP/1.1 100 Continue\r\n\r\n{}", ok("POST / [tea]")));
    assert_eq!(ended, Ok(()));
}

#[test]
fn no_more_is_kept_of_a_head_than_it_may_have() {
    let endless = [
        (431, "GET / HTTP/1.1\r\nNote: ".to_string() + &"a".repeat(20_000)),
        (414, "GET /".to_string() + &"a".repeat(20_000)),
        (414, "a".repeat(20_000)),
        (431, "\r\n".repeat(10_000)),
        (431, "GET / HTTP/1.1\r\n".to_string() + &"A: b\r\n".repeat(101)),
    ];
    for (status, head) in endless {
        let pieces: Vec<_> =
            head.as_bytes().chunks(100).map(Bytes::copy_from_slice).collect();
        let (said, ended) = talk(pieces, HttpServer::new(parrot));
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{said}");
        let what = if status == 414 { "first line of" } else { "head" };
        let begin = format!("what was sent is wrong: a {what} ");
        assert!(reason(ended).starts_with(&begin));
    }
    let (said, _) = answer("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let brief = HttpLimits { head: 29, ..HttpLimits::default() };
    let long = HttpServer::new(parrot).limits(brief.clone());
    let asked = || [Bytes::from("GET / HTTP/1.1\r\nHost: a\r\n\r\n")];
    assert_eq!(asked()[0].len(), 29 - 2);
    assert_eq!(talk(asked(), long), (said, Ok(())));
    let short = HttpServer::new(parrot).limits(HttpLimits { head: 26, ..brief });
    assert!(talk(asked(), short).0.starts_with("HTTP/1.1 431 "));
}

#[test]
fn a_body_may_have_as_many_bytes_as_it_may_and_not_one_more() {
    let limits = || HttpLimits { body: 5, ..HttpLimits::default() };
    for (body, fits) in
        [("5\r\nfruit\r\n0\r\n\r\n", true), ("3\r\nred\r\n3\r\n", false)]
    {
        let asked =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let server = HttpServer::new(parrot).limits(limits());
        let (said, ended) = talk([Bytes::from(format!("{asked}{body}"))], server);
        let status = if fits { "HTTP/1.1 200" } else { "HTTP/1.1 413" };
        assert!(said.starts_with(status), "{said}");
        assert_eq!(ended.is_ok(), fits, "{ended:?}");
    }
}

/// Lets a peer say something, then nothing for a time. Returns what it is answered, and
/// how the run ended.
fn dawdle(pieces: Vec<(&'static str, Duration)>) -> (String, Result<()>) {
    let heard = Rc::new(RefCell::new(String::new()));
    let hears = heard.clone();
    let peer = component(async move |io: Io<Bytes, Bytes>| {
        for (piece, pause) in pieces {
            io.send(Bytes::from(piece)).await;
            io.co.sleep(pause).await;
        }
        while let Some(piece) = io.recv().await {
            hears.borrow_mut().push_str(&String::from_utf8_lossy(&piece));
        }
    });
    let mut system = System::new().virtual_time();
    system.add("peer", peer).unwrap();
    let server = HttpServer::new(parrot).from_peer("192.0.2.7:4711");
    system.add("server", server).unwrap();
    system.link("peer.outbox -> server.inbox").unwrap();
    system.link("server.outbox -> peer.inbox").unwrap();
    let ended = system.run();
    (heard.take(), ended)
}

#[test]
fn who_is_slow_is_told_so_and_named() {
    // A letter now and then does not help.
    let letters =
        "GET /slow HTTP/1.1\r\n".split("").map(|it| (it, SECOND)).collect();
    let (said, ended) = dawdle(letters);
    assert!(said.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{said}");
    let why = "what 192.0.2.7:4711 sent is wrong: a connection without the next head \
               for 10s";
    assert_eq!(reason(ended), why);

    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n";
    let (said, ended) = dawdle(vec![(head, 29 * SECOND), ("tea", 31 * SECOND)]);
    assert!(said.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{said}");
    assert!(reason(ended).ends_with("the next part of the body for 30s"));
}

#[test]
fn who_sets_no_limit_of_time_waits_for_whatever_time_there_is() {
    let limits = HttpLimits {
        head_time: Duration::MAX,
        body_time: Duration::MAX,
        idle_time: Duration::MAX,
        ..HttpLimits::default()
    };
    let server = HttpServer::new(|_| {
        component(async |io: Talk| {
            io.co.sleep(SECOND).await;
            io.send(Response::new(204).into()).await;
        })
    });
    // The second begins when it is no longer the beginning of time.
    let asked =
        "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ntea".repeat(2);
    let pieces = asked.as_bytes().chunks(5).map(Bytes::copy_from_slice);
    let (said, ended) = talk(pieces.collect::<Vec<_>>(), server.limits(limits));
    assert_eq!((said.matches("HTTP/1.1 204 ").count(), ended), (2, Ok(())));
}

#[test]
fn who_asks_nothing_more_is_let_go_and_that_is_no_error() {
    let head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let (said, ended) =
        dawdle(vec![(head, 59 * SECOND), (head, 61 * SECOND), (head, SECOND)]);
    let answers = [ok_after(0, "GET / []"), ok_after(59, "GET / []")];
    assert_eq!(said, answers.concat());
    assert_eq!(ended, Ok(()));
}

#[test]
fn a_handler_without_room_makes_its_peer_wait() {
    let sent = Rc::new(Cell::new(0_u64));
    let counts = sent.clone();
    let peer = component(async move |io: Io<(), Bytes>| {
        let length = "Content-Length: 1000000000";
        let head = format!("PUT / HTTP/1.1\r\nHost: a\r\n{length}\r\n\r\n");
        io.send(head.into()).await;
        let block = Bytes::from(vec![7; 10_000]);
        while io.send(block.clone()).await.is_none() {
            counts.set(counts.get() + 1);
        }
    });
    let server = HttpServer::new(|_| {
        component(async move |io: Talk| {
            while io.co.control().is_none() {
                io.co.pause().await;
            }
            drop(io.inbox);
        })
    });
    let mut system = System::new();
    system.add("peer", peer).unwrap();
    system.add("server", server).unwrap();
    system.link("peer.outbox -> server.inbox").unwrap();
    system.run_until_idle();
    assert!((1..200).contains(&sent.get()), "{} were sent", sent.get());
    system.stop(SECOND).unwrap();
}

#[test]
fn a_peer_that_does_not_read_makes_its_handler_wait_and_one_that_is_gone_ends_it() {
    let sent = Rc::new(Cell::new(0_u64));
    let counts = sent.clone();
    let server = HttpServer::new(move |_| {
        let counts = counts.clone();
        component(async move |io: Talk| {
            io.send(Response::new(200).into()).await;
            let block = Bytes::from(vec![7; 10_000]);
            while io.co.control() != Some(Signal::Shutdown)
                && io.send(Part::Body(block.clone())).await.is_none()
            {
                counts.set(counts.get() + 1);
            }
        })
    });
    let (mut system, deaf) = (System::new(), witness_of_nothing());
    let asked = Bytes::from("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    system.add("peer", DataSource::new([asked])).unwrap();
    system.add("server", server).unwrap();
    system.add("deaf", deaf).unwrap();
    system.link("peer.outbox -> server.inbox").unwrap();
    let linkage = system.link("server.outbox -> deaf.inbox").unwrap();
    system.run_until_idle();
    let before = sent.get();
    assert!((1..200).contains(&before), "{before} were sent");
    system.unlink(&linkage);
    system.run().unwrap();
    assert!(sent.get() < before + 200, "{} were sent", sent.get());
}

/// Takes nothing, until it is told to end.
fn witness_of_nothing() -> impl Component {
    component(async |io: Io<Bytes, ()>| {
        io.co.serve();
        while io.co.control().is_none() {
            io.co.pause().await;
        }
        drop(io.inbox);
    })
}

/// A client that asks for these, of a server that says this. What comes of it is told.
fn client_system<const N: usize>(
    targets: [&'static str; N],
    server: Vec<Bytes>,
    tell: impl Fn(Part<Response>) + 'static,
) -> System {
    let requests = targets.map(|target| {
        let (method, target) = target.split_once(' ').unwrap_or(("GET", target));
        Part::Head(Request::new(method, target))
    });
    let listener = component(async move |io: Io<Part<Response>, ()>| {
        while let Some(part) = io.recv().await {
            tell(part);
        }
    });
    let mut system = System::new().virtual_time();
    system.add("questions", DataSource::new(requests)).unwrap();
    system.add("client", HttpClient::new("tea.example")).unwrap();
    system.add("server", DataSource::new(server)).unwrap();
    system.add("listener", listener).unwrap();
    system.link("questions.outbox -> client.inbox").unwrap();
    system.link("server.outbox -> client.from_server").unwrap();
    system.link("client.outbox -> listener.inbox").unwrap();
    system
}

/// What a client makes of an answer, and how the run ended.
fn hear<const N: usize>(
    targets: [&'static str; N],
    server: &str,
) -> (Vec<String>, Result<()>) {
    let heard = Rc::new(RefCell::new(Vec::new()));
    let hears = heard.clone();
    let server = server.as_bytes().chunks(7).map(Bytes::copy_from_slice).collect();
    let ended = client_system(targets, server, move |part| {
        let mut heard = hears.borrow_mut();
        match part {
            Part::Head(head) => heard.push(head.to_string() + ": "),
            Part::Body(piece) => {
                let text = String::from_utf8_lossy(&piece).into_owned();
                heard.last_mut().unwrap().push_str(&text);
            }
            Part::End => heard.last_mut().unwrap().push('.'),
        }
    })
    .run();
    (heard.take(), ended)
}

#[test]
fn a_client_reads_its_answers_however_their_ends_are_told() {
    let answers = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n\
                   HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfruit\
                   HTTP/1.1 204 No Content\r\n\r\n\
                   HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n\
                   HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n\
                   3\r\nred\r\nb\r\n currant 22\r\n0\r\n\r\n\
                   HTTP/1.1 200 OK\r\n\r\nto the end";
    let (heard, ended) = hear(["/a", "/b", "HEAD /c", "/d", "/e"], answers);
    let all = [
        "200 OK: fruit.",
        "204 No Content: .",
        "200 OK: .",
        "404 Not Found: red currant 22.",
        "200 OK: to the end.",
    ];
    assert_eq!((heard, ended), (all.map(String::from).to_vec(), Ok(())));
}

#[test]
fn an_answer_that_breaks_off_is_an_error_that_names_host_and_request() {
    let ok = "HTTP/1.1 200 OK\r\n";
    for (said, why) in [
        ("".to_string(), "the connection is closed"),
        ("HTTP/1.1 200 ".to_string(), "a head that breaks off"),
        (
            format!("{ok}Content-Length: 9\r\n\r\nfruit"),
            "a body that breaks off after 5 of 9 bytes",
        ),
        (
            format!("{ok}Transfer-Encoding: chunked\r\n\r\n3\r\nred\r\n"),
            "a body in chunks that breaks off after 3 bytes",
        ),
        (
            "HTTP/1.1 101 Switching Protocols\r\n\r\n".to_string(),
            "it talks of something else from now on",
        ),
        (
            "NNTP/9\r\n\r\n".to_string(),
            "a head that is no HTTP: invalid HTTP version",
        ),
    ] {
        let (heard, ended) = hear(["/cake"], &said);
        assert!(!heard.iter().any(|it| it.ends_with('.')), "{heard:?}");
        let Err(Error::Failed { component, reason }) = ended else {
            panic!("{said}")
        };
        assert_eq!(component, "client");
        assert_eq!(
            reason,
            format!("no answer from `tea.example` to GET /cake: {why}")
        );
    }
}

#[test]
fn a_request_behind_the_last_answer_is_an_error_and_not_asked() {
    let last = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let (heard, ended) = hear(["/a", "/b"], last);
    assert_eq!(heard, ["200 OK: ."]);
    let why = "`client` failed: no answer from `tea.example` to GET /b: the server \
               closes behind the answer before";
    assert_eq!(ended.unwrap_err().to_string(), why);
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
    let mut system = client_system(["/"], vec![], |_| {});
    let silent = component(async |io: Io<(), Bytes>| {
        io.co.sleep(11 * SECOND).await;
        drop(io.outbox);
    });
    system.add("silent", silent).unwrap();
    system.link("silent.outbox -> client.from_server").unwrap();
    let why = "`client` failed: no answer from `tea.example` to GET /: no whole head \
               came within 10s";
    assert_eq!(system.run().unwrap_err().to_string(), why);
}

#[test]
fn a_server_that_says_a_letter_now_and_then_is_not_waited_for_either() {
    let letters = "HTTP/1.1 200 OK\r\nNote: as slow as that".split("");
    let promises = ["HTTP/1.1 102 \r\n\r\n"; 30];
    for said in [letters.collect::<Vec<_>>(), promises.to_vec()] {
        let mut system = client_system(["/"], vec![], |_| {});
        let slow = component(async |io: Io<(), Bytes>| {
            for piece in said {
                io.send(piece.into()).await;
                io.co.sleep(SECOND).await;
            }
        });
        system.add("slow", slow).unwrap();
        system.link("slow.outbox -> client.from_server").unwrap();
        let why = "`client` failed: no answer from `tea.example` to GET /: no whole head \
                   came within 10s";
        assert_eq!(system.run().unwrap_err().to_string(), why);
    }
}

#[test]
fn a_request_may_take_its_time_and_then_it_is_the_turn_of_the_server() {
    for (answers, after) in [(true, 0), (true, 9), (false, 9)] {
        let asks = component(async move |io: Io<(), Part<Request>>| {
            let request =
                Request::new("PUT", "/").with("Transfer-Encoding", "chunked");
            io.send(request.into()).await;
            io.co.sleep(25 * SECOND).await;
            io.send(Part::Body("tea".into())).await;
            io.co.sleep(25 * SECOND).await;
            io.send(Part::End).await;
        });
        let server = component(async move |io: Io<Bytes, Bytes>| {
            let mut heard = Vec::new();
            while !heard.ends_with(b"\r\n0\r\n\r\n") {
                heard.extend(io.recv().await.unwrap());
            }
            io.co.sleep(after * SECOND).await;
            if answers {
                io.send("HTTP/1.1 204 \r\n\r\n".into()).await;
            }
            while io.recv().await.is_some() {}
        });
        let mut system = System::new().virtual_time();
        system.add("asks", asks).unwrap();
        system.add("client", HttpClient::new("tea.example")).unwrap();
        system.add("server", server).unwrap();
        system.link("asks.outbox -> client.inbox").unwrap();
        system.link("client.to_server -> server.inbox").unwrap();
        system.link("server.outbox -> client.from_server").unwrap();
        let ended = system.run().map_err(|error| error.to_string());
        let why = "`client` failed: no answer from `tea.example` to PUT /: no whole head \
                   came within 10s";
        assert_eq!(ended.err().as_deref(), (!answers).then_some(why));
        assert_eq!(system.now(), if answers { 50 + after } else { 60 } * SECOND);
    }
}

#[test]
fn a_client_writes_what_it_asks_and_says_where_a_body_ends() {
    let parts = || {
        [
            Part::Head(Request::new("POST", "/a").whole("tea")),
            Part::End,
            Part::Head(
                Request::new("PUT", "/b").with("Transfer-Encoding", "chunked"),
            ),
            Part::Body(Bytes::from("fruit")),
            Part::Body(Bytes::new()),
            Part::End,
            Part::Head(Request::get("/c").with("Host", "cake.example")),
        ]
    };
    let written = "POST /a HTTP/1.1\r\nHost: tea.example\r\nContent-Length: 3\r\n\r\ntea\
                   PUT /b HTTP/1.1\r\nHost: tea.example\r\nTransfer-Encoding: chunked\
                   \r\n\r\n5\r\nfruit\r\n0\r\n\r\n\
                   GET /c HTTP/1.1\r\nHost: cake.example\r\n\r\n";
    let wrote = Rc::new(RefCell::new(String::new()));
    let writes = wrote.clone();
    let listener = component(async move |io: Io<Bytes, ()>| {
        while let Some(piece) = io.recv().await {
            writes.borrow_mut().push_str(&String::from_utf8_lossy(&piece));
        }
    });
    let answers = Bytes::from("HTTP/1.1 204 \r\n\r\n".repeat(3));
    let mut system = System::new().virtual_time();
    system.add("questions", DataSource::new(parts())).unwrap();
    system.add("client", HttpClient::new("tea.example")).unwrap();
    system.add("server", DataSource::new([answers])).unwrap();
    system.add("listener", listener).unwrap();
    system.link("questions.outbox -> client.inbox").unwrap();
    system.link("server.outbox -> client.from_server").unwrap();
    system.link("client.to_server -> listener.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(*wrote.borrow(), written);
}

#[test]
fn what_is_no_request_is_not_written() {
    for (request, why) in [
        (Request::new("G T", "/"), r#""G T" is no method, such as `GET`"#),
        (Request::get("/a b"), r#""/a b" is no target: "#),
        (
            Request::get("/").with("A", "b\nc"),
            "the header `A` must not have '\\n' in it",
        ),
        (
            Request::get("/").with("Content-Length", "many"),
            "a request must not have a body whose length is no number",
        ),
    ] {
        let mut system = System::new();
        system.add("question", DataSource::new([Part::Head(request)])).unwrap();
        system.add("client", HttpClient::new("tea.example")).unwrap();
        system.link("question.outbox -> client.inbox").unwrap();
        let said = system.run().unwrap_err().to_string();
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn a_server_tried_in_many_orders_says_the_same() {
    axon::testing::under_seeds(0..50, |seed| {
        let asked = "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nteaGET /b \
                     HTTP/1.1\r\nHost: a\r\n\r\n";
        let said = [ok("PUT /a [tea]"), ok("GET /b []")];
        let parts = said.iter().flat_map(|said| {
            let (head, body) = said.split_once("\r\n\r\n").unwrap();
            [Bytes::from(format!("{head}\r\n\r\n")), Bytes::from(body.to_string())]
        });
        Trial::of("server", HttpServer::new(parrot))
            .feed("inbox", asked.as_bytes().chunks(11).map(Bytes::copy_from_slice))
            .finish()
            .expect("outbox", parts.collect::<Vec<_>>())
            .shuffled(seed)
            .run();
    });
}
