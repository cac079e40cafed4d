//! # Tests of systems that share a server
//!
//! Several systems in one program, each with a connection and a thread of its own, and a
//! real server, which is killed and comes back; and a peer that knows the protocol of NATS
//! and nothing else. What is waited for comes. The name of a test is the sentence that it
//! holds.

mod server;

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axon::backplane::{Backplane, Plane};
use axon::chassis::Pipeline;
use axon::library::{DataSource, PureTransformer};
use axon::{
    Background, Co, Error, Io, Result, Signal, System, background_system, component,
};
use axon_nats::{
    AskOn, Asked, Bytes, Commit, Losses, Nats, Note, Offer, On, ShareOf, Unanswered,
    Values,
};
use server::Server;

/// A system on a thread of its own, with a backplane of the name `TALK`, and somebody who
/// speaks and listens there.
struct Member<R>(JoinHandle<(R, Result<()>)>);

impl<R: Send + 'static> Member<R> {
    fn start(
        server: &Server,
        script: impl AsyncFnOnce(Seat) -> R + Send + 'static,
    ) -> Self {
        Self::with_room(ROOM, server, script)
    }

    /// Starts one whose backplane holds so many messages.
    fn with_room(
        room: usize,
        server: &Server,
        script: impl AsyncFnOnce(Seat) -> R + Send + 'static,
    ) -> Self {
        let at = server.address();
        Self(thread::spawn(move || {
            let nats = Nats::connect(&at).unwrap();
            run(&nats, room, System::new(), script)
        }))
    }

    /// Waits until it has ended, and it has ended well.
    fn end(self) -> R {
        let (result, ended) = self.0.join().unwrap();
        assert_eq!(ended, Ok(()));
        result
    }
}

/// What somebody has who speaks and listens.
struct Seat {
    plane: Plane<String>,
    losses: Losses,
    io: Io<Note, ()>,
}

/// Enough for those who publish and only then read.
const ROOM: usize = 10_000;

fn run<R: 'static>(
    nats: &Nats,
    room: usize,
    mut system: System,
    script: impl AsyncFnOnce(Seat) -> R + 'static,
) -> (R, Result<()>) {
    let backplane = Backplane::<String>::new("TALK").up_to(room).on(nats);
    let (plane, losses) = (backplane.plane(), backplane.losses());
    let result = std::rc::Rc::new(std::cell::RefCell::new(None));
    let put = result.clone();
    let member = component(async move |io: Io<Note, ()>| {
        io.inbox.set_capacity(usize::MAX);
        let result = script(Seat { plane, losses, io }).await;
        *put.borrow_mut() = Some(result);
    });
    system.add("backplane", backplane).unwrap();
    system.add("member", member).unwrap();
    system.link("backplane.notes -> member.inbox").unwrap();
    system.link("member.signal -> backplane.control").unwrap();
    let ended = system.run();
    let result = result.take().expect("it has come to its end");
    (result, ended)
}

impl Seat {
    async fn say(&self, word: impl ToString) {
        assert_eq!(self.plane.publish(word.to_string(), &self.io.co).await, None);
    }

    /// Says something again and again until it hears an answer. What it hears before is
    /// lost.
    async fn call(&self, word: &str, answer: &str) {
        let heard = self.plane.subscribe();
        loop {
            self.say(word).await;
            let answered = async {
                while heard.recv(&self.io.co).await.expect("it is open") != answer {}
            };
            let limit = Duration::from_millis(5);
            if self.io.co.timeout(limit, answered).await.is_some() {
                return;
            }
        }
    }
}

/// The numbers that somebody has said, of all that was heard.
fn numbers(heard: &[String], who: &str) -> Vec<u64> {
    let his = heard.iter().filter_map(|word| word.strip_prefix(who));
    his.filter_map(|number| number.trim().parse().ok()).collect()
}

#[test]
fn what_is_published_here_is_heard_here_once_and_elsewhere_once_and_in_order() {
    const MANY: u64 = 3_000;
    let Some(server) = Server::start() else { return };
    let talk = |me: &'static str, other: &'static str| {
        Member::start(&server, async move |seat| {
            let heard = seat.plane.subscribe();
            seat.call(&format!("{me} is here"), &format!("{other} is here")).await;
            // Who has called last has not been heard yet.
            seat.say(format!("{me} is here")).await;
            let (mut all, mut said) = (Vec::new(), 0);
            let (mut mine, mut answers) = (0, 0);
            while mine + answers < 2 * MANY {
                // Nobody can make him wait who speaks on another machine.
                while said < MANY && said < answers + 200 {
                    said += 1;
                    seat.say(format!("{me} {said}")).await;
                }
                let word = heard.recv(&seat.io.co).await.unwrap();
                let is_number = !word.ends_with("here");
                mine += u64::from(is_number && word.starts_with(me));
                answers += u64::from(is_number && word.starts_with(other));
                all.push(word);
            }
            (all, seat.losses.lost(), seat.losses.missed())
        })
    };
    let members = [talk("student", "teacher"), talk("teacher", "student")];
    for member in members {
        let (heard, lost, missed) = member.end();
        assert_eq!((lost, missed), (0, 0));
        for who in ["student", "teacher"] {
            assert!(numbers(&heard, who).into_iter().eq(1..=MANY), "{who}");
        }
    }
}

#[test]
fn all_that_was_published_before_the_end_reaches_the_others() {
    const MANY: u64 = 500;
    let Some(server) = Server::start() else { return };
    let (tell, told) = std::sync::mpsc::channel();
    let listener = Member::start(&server, async move |seat| {
        let heard = seat.plane.subscribe();
        seat.call("I am here", "I hear you").await;
        tell.send(()).unwrap();
        let mut all = Vec::new();
        while numbers(&all, "number ").last() != Some(&MANY) {
            all.push(heard.recv(&seat.io.co).await.unwrap());
        }
        all
    });
    let answerer = Member::start(&server, async |seat| {
        let heard = seat.plane.subscribe();
        while heard.recv(&seat.io.co).await.unwrap() != "I am here" {}
        seat.say("I hear you").await;
    });
    told.recv().unwrap();
    answerer.end();
    let nats = Nats::connect(&server.address()).unwrap();
    let numbered = (1..=MANY).map(|number| format!("number {number}"));
    let mut system = System::new();
    // It is full most of the time.
    let backplane = Backplane::<String>::new("TALK").up_to(2).on(&nats);
    system.add("numbers", DataSource::new(numbered.collect::<Vec<_>>())).unwrap();
    system.add("backplane", backplane).unwrap();
    system.link("numbers.outbox -> backplane.inbox").unwrap();
    system.link("numbers.signal -> backplane.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert!(numbers(&listener.end(), "number ").into_iter().eq(1..=MANY));
}

#[test]
fn when_the_server_goes_and_comes_back_what_was_lost_is_counted_and_nothing_hangs() {
    let Some(mut server) = Server::start() else { return };
    // What the test tells the speaker: to speak slowly, then fast and slowly again, to end.
    let phase = Arc::new(AtomicU64::new(0));
    let reached = Arc::new(AtomicU64::new(0));
    let (told, reaches) = (phase.clone(), reached.clone());
    // With little room, so that what has been said has been taken.
    let speaker = Member::with_room(16, &server, async move |seat| {
        seat.call("who is there?", "I").await;
        let mut number = 0;
        let mut next = async || {
            number += 1;
            seat.say(format!("speaker {number}")).await;
        };
        while told.load(Ordering::SeqCst) == 0 {
            next().await;
            seat.io.co.again().await;
        }
        for _ in 0..3_000 {
            next().await;
        }
        reaches.store(number, Ordering::SeqCst);
        let mut next = async || {
            number += 1;
            seat.say(format!("speaker {number}")).await;
        };
        while told.load(Ordering::SeqCst) < 2 {
            next().await;
            seat.io.co.again().await;
        }
        seat.say("end").await;
        // Until it has been told what it has lost: most of what was said in between.
        let mut notes = Vec::new();
        while told_lost(&notes) == 0
            || told_lost(&notes) != seat.losses.lost()
            || !notes.contains(&Note::Back)
        {
            notes.extend(seat.io.recv().await);
        }
        (number, notes)
    });
    let counted = Arc::new(AtomicU64::new(0));
    let counts = counted.clone();
    let listener = Member::start(&server, async move |seat| {
        let heard = seat.plane.subscribe();
        let mut all = Vec::new();
        loop {
            let word = heard.recv(&seat.io.co).await.unwrap();
            match word.as_str() {
                "who is there?" => seat.say("I").await,
                "end" => return (all, seat.losses.missed()),
                _ => all.push(word),
            }
            let last = numbers(&all[all.len().saturating_sub(1)..], "speaker");
            last.iter().for_each(|last| counts.store(*last, Ordering::SeqCst));
        }
    });
    let wait = |what: &AtomicU64, upto: u64| {
        while what.load(Ordering::SeqCst) < upto {
            thread::yield_now();
        }
    };
    wait(&counted, 50);
    server.kill();
    phase.store(1, Ordering::SeqCst);
    wait(&reached, 1);
    server.start_again();
    // What was said when it was gone for sure, and more, is heard.
    wait(&counted, reached.load(Ordering::SeqCst) + 1);
    phase.store(2, Ordering::SeqCst);
    let (said, notes) = speaker.end();
    let (heard, missed) = listener.end();
    let heard = numbers(&heard, "speaker");
    assert!(heard.is_sorted_by(|a, b| a < b));
    assert_eq!(heard.len() as u64 + missed, said - heard[0] + 1);
    assert!(missed > 0, "{notes:?}");
    // What comes back may be quicker than the news that the server is.
    assert_eq!(notes.first(), Some(&Note::CutOff), "{notes:?}");
}

/// How many messages were lost, of which notes tell.
fn told_lost(notes: &[Note]) -> u64 {
    let lost = notes.iter().filter_map(|note| match note {
        Note::Lost(count) => Some(*count),
        _ => None,
    });
    lost.sum()
}

#[test]
fn who_ends_while_the_server_is_gone_says_what_has_not_reached_it() {
    let Some(mut server) = Server::start() else { return };
    let nats = Nats::connect(&server.address()).unwrap();
    server.kill();
    while nats.is_connected() {
        thread::yield_now();
    }
    // In virtual time, in which it takes no time to have waited long enough.
    let (heard, ended) =
        run(&nats, ROOM, System::new().virtual_time(), async |seat| {
            let heard = seat.plane.subscribe();
            for number in 0..5_u64 {
                seat.say(number).await;
            }
            // Here it is heard all the same.
            let mut all = Vec::new();
            while all.len() < 5 {
                all.push(heard.recv(&seat.io.co).await.unwrap());
            }
            all
        });
    assert_eq!(heard, ["0", "1", "2", "3", "4"]);
    let Err(Error::Failed { component, reason }) = ended else {
        panic!("{ended:?}")
    };
    let server = server.address();
    assert_eq!(component, "backplane");
    assert_eq!(
        reason,
        format!("5 messages to `TALK` have not reached NATS at `{server}`")
    );
}

#[test]
fn who_is_told_to_shut_down_while_the_server_is_gone_does_so() {
    let Some(mut server) = Server::start() else { return };
    let nats = Nats::connect(&server.address()).unwrap();
    server.kill();
    let (_, ended) = run(&nats, ROOM, System::new(), async |seat| {
        seat.say("good night").await;
        seat.io.co.stop();
    });
    assert_eq!(ended, Ok(()));
}

/// A peer that speaks the protocol of NATS, and nothing of ours.
struct Stranger(BufReader<TcpStream>);

impl Stranger {
    fn connect(server: &Server) -> Self {
        let stream = TcpStream::connect(server.address()).unwrap();
        let mut stranger = Self(BufReader::new(stream));
        assert!(stranger.line().starts_with("INFO "));
        stranger.write(b"CONNECT {\"verbose\":false,\"headers\":true}\r\n");
        stranger
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.get_ref().write_all(bytes).unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "shown out");
        line.trim_end().to_string()
    }

    /// Waits until a line has come that the server sends on.
    fn wait_for(&mut self, payload: &str) {
        while self.line() != payload {}
    }
}

#[test]
fn who_knows_nothing_of_axon_takes_part_and_nonsense_does_no_harm() {
    let Some(server) = Server::start() else { return };
    let mut stranger = Stranger::connect(&server);
    stranger.write(b"SUB TALK 1\r\nPING\r\n");
    stranger.wait_for("PONG");
    let member = Member::start(&server, async |seat| {
        let heard = seat.plane.subscribe();
        let mut all = Vec::new();
        loop {
            seat.say("is anybody there?").await;
            let word = seat.io.co.timeout(Duration::from_millis(5), async {
                loop {
                    let word = heard.recv(&seat.io.co).await.unwrap();
                    if word != "is anybody there?" {
                        return word;
                    }
                }
            });
            match word.await {
                Some(word) if word == "end" => break,
                Some(word) => all.push(word),
                None => {}
            }
        }
        let notes: Vec<_> =
            std::iter::from_fn(|| seat.io.inbox.try_recv()).collect();
        (all, notes, seat.losses.missed())
    });
    stranger.wait_for("is anybody there?");
    let header = |words: &str, payload: &str| {
        let head = format!("NATS/1.0\r\n{words}\r\n\r\n");
        let (short, long) = (head.len(), head.len() + payload.len());
        format!("HPUB TALK {short} {long}\r\n{head}{payload}\r\n").into_bytes()
    };
    stranger
        .write(b"PUB TALK 2\r\nme\r\nPUB TALK 2\r\n\xff\xfe\r\nPUB TALK 0\r\n\r\n");
    stranger.write(&header("Axon-From: x\r\nAxon-Number: minus", "one"));
    stranger.write(&header("Axon-Number: 18446744073709551615", "two"));
    stranger.write(&header("Axon-From: x\r\nAxon-Number: 0", "three"));
    stranger.write(&header("Axon-From: x\r\nAxon-Number: 4", "four"));
    stranger.write(&header("Axon-From: x\r\nAxon-Beat: 6", "no message"));
    stranger.write(b"PUB TALK 3\r\nend\r\n");
    let (heard, notes, missed) = member.end();
    assert_eq!(heard, ["me", "", "one", "two", "three", "four"]);
    assert_eq!(missed, 3 + 2);
    let [Note::Unreadable(why), Note::Missed(3), Note::Missed(2)] = &notes[..]
    else {
        panic!("{notes:?}")
    };
    assert!(why.contains("utf-8"), "{why}");
}

#[test]
fn what_is_too_long_for_the_server_is_heard_here_and_told() {
    let Some(server) = Server::start() else { return };
    let nats = Nats::connect(&server.address()).unwrap();
    let ((limit, heard, lost), ended) =
        run(&nats, ROOM, System::new(), async |seat| {
            let heard = seat.plane.subscribe();
            seat.say("x".repeat(2_000_000)).await;
            let Some(Note::TooLong { bytes: 2_000_000, limit }) =
                seat.io.recv().await
            else {
                panic!("it is too long")
            };
            // What is said to be the limit is one, to the byte.
            seat.say("x".repeat(limit + 1)).await;
            let note = seat.io.recv().await;
            assert_eq!(note, Some(Note::TooLong { bytes: limit + 1, limit }));
            seat.say("x".repeat(limit)).await;
            seat.say("short").await;
            let mut all = Vec::new();
            for _ in 0..4 {
                all.push(heard.recv(&seat.io.co).await.unwrap().len());
            }
            (limit, all, seat.losses.lost())
        });
    assert_eq!(ended, Ok(()));
    assert_eq!(heard, [2_000_000, limit + 1, limit, 5]);
    assert_eq!(lost, 2);
}

#[test]
fn a_name_that_is_taken_is_refused_and_the_other_goes_on() {
    let Some(server) = Server::start() else { return };
    let nats = Nats::connect(&server.address()).unwrap();
    let mut system = System::new();
    for name in ["first", "second"] {
        system.add(name, Backplane::<String>::new("TALK").on(&nats)).unwrap();
    }
    let member = component(async |io: Io<(), ()>| {
        // Until the second has ended.
        io.recv().await;
        io.co.stop();
    });
    system.add("member", member).unwrap();
    system.link("second.signal -> member.control").unwrap();
    let said = system.run().unwrap_err().to_string();
    assert!(
        said.starts_with("`second/backplane` failed: ") && said.contains("TALK")
    );
}

#[test]
fn of_those_who_share_each_message_goes_to_one() {
    const MANY: usize = 400;
    let Some(server) = Server::start() else { return };
    let nats = Nats::connect(&server.address()).unwrap();
    let backplane = Backplane::<String>::new("JOBS").on(&nats);
    let plane = backplane.plane();
    let foreman = component(async move |io: Io<(usize, String), ()>| {
        // As long as one has had nothing, he may not be there yet.
        let mut is_there = [false; 3];
        while is_there.contains(&false) {
            plane.publish("are you there?".to_string(), &io.co).await;
            let limit = Duration::from_millis(5);
            if let Some(Some((who, _))) = io.co.timeout(limit, io.recv()).await {
                is_there[who] = true;
            }
        }
        let mut done = Vec::new();
        let mut given = 0;
        while done.len() < MANY {
            while given < MANY && given < done.len() + 100 {
                given += 1;
                plane.publish(given.to_string(), &io.co).await;
            }
            let (_, job) = io.recv().await.unwrap();
            done.extend(job.parse::<usize>());
        }
        done.sort_unstable();
        assert!(done.into_iter().eq(1..=MANY));
        io.co.stop();
    });
    let mut system = System::new();
    system.add("backplane", backplane).unwrap();
    system.add("foreman", foreman).unwrap();
    for who in 0..3_usize {
        let share = ShareOf::<String>::new("JOBS", "workers", &nats);
        let sign = PureTransformer::new(move |job: &str| (who, job.to_string()));
        let worker = Pipeline::new().then("share", share).then("sign", sign);
        let name = format!("worker {who}");
        system.add(&name, worker).unwrap();
        system.link(&format!("{name}.outbox -> foreman.inbox")).unwrap();
    }
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn a_share_ends_when_it_is_told_to_however_much_is_published() {
    const ROUNDS: u32 = 3_000;
    let Some(server) = Server::start() else { return };
    let nats = Nats::connect(&server.address()).unwrap();
    let mut stranger = Stranger::connect(&server);
    let (round, rounds) = std::sync::mpsc::channel();
    let flood = thread::spawn(move || {
        for _ in 0..ROUNDS {
            stranger.write("PUB JOBS 1\r\nx\r\n".repeat(10).as_bytes());
            stranger.write(b"PING\r\n");
            stranger.wait_for("PONG");
            if round.send(()).is_err() {
                return;
            }
        }
    });
    // There are always ten more before it takes one.
    let worker = component(async move |io: Io<String, ()>| {
        let mut count = 0;
        while io.recv().await.is_some() {
            count += 1;
            io.co.signal(Signal::ProducerFinished);
            if rounds.recv().is_err() {
                break;
            }
        }
        drop(rounds);
        // What waited, and what was on its way.
        assert!(count < ROUNDS, "{count}");
    });
    let mut system = System::new();
    system.add("share", ShareOf::<String>::new("JOBS", "workers", &nats)).unwrap();
    system.add("worker", worker).unwrap();
    system.link("share.outbox -> worker.inbox").unwrap();
    system.link("worker.signal -> share.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    flood.join().unwrap();
}

/// A system of somebody who asks, by a service that is elsewhere, and by one that nobody
/// offers.
fn ask<R: Send + 'static>(
    server: &Server,
    script: impl AsyncFnOnce(Pupil) -> R + Send + 'static,
) -> JoinHandle<R> {
    let at = server.address();
    thread::spawn(move || {
        let nats = Nats::connect(&at).unwrap();
        let (sender, receiver) = std::sync::mpsc::channel();
        let pupil = component(async move |io: Io<(), ()>| {
            sender.send(script(Pupil(io.co)).await).unwrap();
        });
        let limit = Duration::from_millis(300);
        let mut system = System::new();
        for name in ["teacher", "nobody"] {
            let elsewhere = AskOn::<Bytes, String>::new(name, &nats).within(limit);
            system.add(name, elsewhere).unwrap();
        }
        system.add("pupil", pupil).unwrap();
        // Those who only ask for others keep no run from its end.
        assert_eq!(system.run(), Ok(()));
        receiver.recv().unwrap()
    })
}

struct Pupil(Co);

impl Pupil {
    async fn asks(&self, who: &str, question: &'static [u8]) -> Answered {
        let service = self.0.assistant().find(who, &self.0).await.unwrap();
        let outbox = axon::Outbox::default();
        service.link(&outbox).unwrap();
        let (asked, answer) = Asked::<Bytes, String>::new(question.into());
        outbox.send(asked, &self.0).await;
        answer.or_shutdown(&self.0).await
    }
}

type Answered = std::result::Result<String, Unanswered>;

/// A system in which a teacher answers, but not every question.
fn teach(server: &Server, who: &'static str) -> Background {
    let at = server.address();
    background_system(move || {
        let nats = Nats::connect(&at).unwrap();
        let teacher = component(async move |io: Io<Asked<String, String>, ()>| {
            io.co.serve();
            let assistant = io.co.assistant();
            let _registered = assistant.register("teacher", &io.inbox).unwrap();
            let mut hard = Vec::new();
            while let Some(asked) = io.recv().await {
                match asked.question.as_str() {
                    "a hard question" => hard.push(asked),
                    "a silly question" => drop(asked),
                    "who are you?" => asked.answer(who.to_string()),
                    "a long story" => asked.answer("x".repeat(2_000_000)),
                    "good night" => return asked.answer("good night".to_string()),
                    _ => {
                        let answer = asked.question.to_uppercase();
                        asked.answer(answer);
                    }
                }
            }
        });
        let mut system = System::new();
        system.add("teacher", teacher)?;
        system.add("offer", Offer::<String, String>::new("teacher", &nats))?;
        Ok(system)
    })
}

#[test]
fn each_question_gets_an_answer_or_the_reason_why_there_is_none() {
    let Some(mut server) = Server::start() else { return };
    let school = teach(&server, "teacher");
    let (sender, receiver) = std::sync::mpsc::channel();
    let (tell, told) = std::sync::mpsc::channel();
    let pupil = ask(&server, async move |pupil| {
        // Until the teacher has come.
        while pupil.asks("teacher", b"who?").await == Err(Unanswered::NobodyThere) {}
        let mut answers = Vec::new();
        for question in [
            &b"why?"[..],
            b"a silly question",
            b"\xff",
            b"a hard question",
            b"a long story",
        ] {
            answers.push(pupil.asks("teacher", question).await);
        }
        answers.push(pupil.asks("nobody", b"why?").await);
        sender.send(answers).unwrap();
        // The test kills the server meanwhile; a component may not block otherwise.
        told.recv().unwrap();
        pupil.asks("teacher", b"why?").await
    });
    let answers = receiver.recv().unwrap();
    let refused = |why: &str| Err(Unanswered::Refused(why.to_string()));
    let [why, silly, unreadable, hard, long, nobody] = &answers[..] else {
        panic!()
    };
    assert_eq!(*why, Ok("WHY?".to_string()));
    assert_eq!(*silly, refused("it was dropped"));
    let Err(Unanswered::Refused(reason)) = unreadable else {
        panic!("{unreadable:?}")
    };
    assert!(reason.starts_with("it cannot be read: invalid utf-8"), "{reason}");
    assert_eq!(*hard, Err(Unanswered::TooLate));
    let why = "the answer has 2000000 bytes, where 1048576 may be sent";
    assert_eq!(*long, refused(why));
    assert_eq!(*nobody, Err(Unanswered::NobodyThere));
    server.kill();
    tell.send(()).unwrap();
    assert_eq!(pupil.join().unwrap(), Err(Unanswered::TooLate));
    assert_eq!(school.stop(), Ok(()));
}

#[test]
fn what_a_service_has_left_to_others_who_offer_it_they_answer() {
    let Some(server) = Server::start() else { return };
    let (first, second) = (teach(&server, "first"), teach(&server, "second"));
    let pupil = ask(&server, async |pupil| {
        let ask =
            async |question: &'static [u8]| pupil.asks("teacher", question).await;
        // Until both are there; then one of them goes to bed.
        for who in ["first", "second"] {
            while ask(b"who are you?").await != Ok(who.to_string()) {}
        }
        assert_eq!(ask(b"good night").await, Ok("good night".to_string()));
        let mut answers = Vec::new();
        for _ in 0..50 {
            answers.push(ask(b"why?").await);
        }
        answers
    });
    let answers = pupil.join().unwrap();
    // What was on its way to the first is refused at once.
    let refused = answers.iter().filter(|answer| answer.is_err());
    let is_quick = |answer: &Answered| *answer != Err(Unanswered::TooLate);
    assert!(answers.iter().all(is_quick) && refused.count() <= 2, "{answers:?}");
    assert_eq!((first.stop(), second.stop()), (Ok(()), Ok(())));
}

/// Runs a script on values in a system on a thread of its own.
fn with_values<R: Send + 'static>(
    server: &Server,
    script: impl AsyncFnOnce(Values<String>, Co) -> R + Send + 'static,
) -> JoinHandle<R> {
    let at = server.address();
    thread::spawn(move || {
        let nats = Nats::connect(&at).unwrap();
        let values = Values::new("school", &nats);
        let (sender, receiver) = std::sync::mpsc::channel();
        let member = component(async move |io: Io<(), ()>| {
            sender.send(script(values, io.co).await).unwrap();
        });
        let mut system = System::new();
        system.add("member", member).unwrap();
        assert_eq!(system.run(), Ok(()));
        receiver.recv().unwrap()
    })
}

/// Adds to a number.
async fn add(more: u64, values: &Values<String>, co: &Co) -> u64 {
    let added = values.atomically("pupils", co, |count| {
        let count = count.map_or(0, |count| count.parse::<u64>().unwrap()) + more;
        Commit::Write(count.to_string(), count)
    });
    added.await.unwrap()
}

#[test]
fn no_change_is_made_on_what_is_no_longer_true() {
    let Some(mut server) = Server::start() else { return };
    let waiter = with_values(&server, async |values, co| {
        let all = values.atomically("pupils", &co, |count| match count.as_deref() {
            Some("61") => Commit::Leave(()),
            _ => Commit::Retry,
        });
        all.await
    });
    let adders = [0, 1, 2].map(|_| {
        with_values(&server, async |values, co| {
            let mut seen = Vec::new();
            for _ in 0..20 {
                seen.push(add(1, &values, &co).await);
            }
            seen
        })
    });
    let mut seen: Vec<_> =
        adders.into_iter().flat_map(|adder| adder.join().unwrap()).collect();
    seen.sort_unstable();
    assert!(seen.into_iter().eq(1..=60));
    // What was committed outlives the server, and so does a wait.
    server.kill();
    server.start_again();
    let last = with_values(&server, async |values, co| {
        assert_eq!(values.read("pupils", &co).await.unwrap().as_deref(), Some("60"));
        assert_eq!(values.read("teachers", &co).await, Ok(None));
        add(1, &values, &co).await
    });
    assert_eq!(last.join().unwrap(), 61);
    assert_eq!(waiter.join().unwrap(), Ok(()));
}

#[test]
fn a_server_that_keeps_nothing_is_said_to() {
    let Some(server) = Server::start_with(&[]) else { return };
    let read =
        with_values(&server, async |values, co| values.read("bell", &co).await);
    let said = read.join().unwrap().unwrap_err().to_string();
    let why = "the value `bell` of `school` cannot be had: the server keeps nothing: it has \
               to have JetStream, as `nats-server -js` does";
    assert_eq!(said, why);
}

#[test]
fn who_waits_for_a_value_can_be_told_to_shut_down() {
    let Some(server) = Server::start() else { return };
    let (sender, receiver) = std::sync::mpsc::channel();
    let at = server.address();
    let system = background_system(move || {
        let nats = Nats::connect(&at).unwrap();
        let values = Values::<String>::new("school", &nats);
        let waiter = component(async move |io: Io<(), ()>| {
            let bell = values.atomically("bell", &io.co, |_| {
                sender.send(()).unwrap();
                Commit::<_, ()>::Retry
            });
            let said = bell.await.unwrap_err().to_string();
            assert_eq!(
                said,
                "the value `bell` of `school` cannot be had: the component was told to \
                 shut down"
            );
        });
        let mut system = System::new();
        system.add("waiter", waiter)?;
        Ok(system)
    });
    receiver.recv().unwrap();
    assert_eq!(system.stop(), Ok(()));
}

/// The example, as a program; it is killed if it still runs at the end.
struct Program(Child);

impl Program {
    fn start(role: &str, server: &Server) -> Self {
        let this = env::current_exe().unwrap();
        let path = this.ancestors().nth(2).unwrap().join("examples/workshare");
        let child = Command::new(path)
            .args([role, &server.address()])
            .env_remove("AXON_TRACE")
            .stdout(Stdio::piped())
            .spawn()
            .expect("`cargo test -p axon-nats` builds it");
        Self(child)
    }

    /// Waits until it has ended, and returns what it has printed.
    fn end(mut self) -> String {
        let mut printed = String::new();
        let mut stdout = self.0.stdout.take().unwrap();
        stdout.read_to_string(&mut printed).unwrap();
        assert!(self.0.wait().unwrap().success(), "{printed}");
        printed
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn three_programs_share_the_work_and_what_one_had_who_is_killed_another_does() {
    let Some(server) = Server::start() else { return };
    let mut stranger = Stranger::connect(&server);
    stranger.write(b"SUB DONE 1\r\nPING\r\n");
    stranger.wait_for("PONG");
    let worker = Program::start("worker", &server);
    let foreman = Program::start("foreman", &server);
    let killed = Program::start("worker", &server);
    // Nobody begins before both are there.
    let is_result = |line: &str| {
        let Some((job, _)) = line.split_once(' ') else { return false };
        !line.starts_with("HMSG") && job.parse::<u32>().is_ok()
    };
    let mut done = 0;
    while done < 5 {
        done += u32::from(is_result(&stranger.line()));
    }
    drop(killed);
    assert_eq!(
        foreman.end(),
        "there is work for 2\n78498 primes are below 1000000\n"
    );
    let said = worker.end();
    let begin = "waits until all are there\nbegins\nhas done ";
    assert!(said.starts_with(begin) && said.ends_with(" jobs\n"), "{said}");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap().to_string();
    drop(listener);
    let said = Nats::connect(&at).unwrap_err().to_string();
    assert!(said.starts_with(&format!("cannot reach NATS at `{at}`: ")), "{said}");
}
