//! # Tests of the protocols
//!
//! What bytes mean, whoever sent them: that what was written is read, in whatever pieces
//! it comes; that garbage is an error or is counted, and never a panic; and that nothing
//! is kept without a limit. The name of a test is the sentence that it holds.

mod witness;

use std::cell::RefCell;
use std::fmt::Debug;
use std::rc::Rc;

use axon::chassis::{Graphline, Pipeline};
use axon::library::{Collate, DataSource};
use axon::protocol::{
    Chunks, Deframer, Fortunes, Frame, Framer, Frames, Framing, Lines, Malformed,
    Marshaller, MimeDict, Numbered, Refused, echo, reliable_receiver,
    reliable_sender,
};
use axon::testing::Trial;
use axon::{Io, System, component};
use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use witness::{Log, listener};

/// What a framing made of a stream.
type Read<M> = (Vec<M>, Option<Malformed>);

/// Reads a stream that is cut at these places.
fn read<F: Framing>(
    mut framing: F,
    bytes: &[u8],
    cuts: &[usize],
) -> Read<F::Message> {
    let mut cuts: Vec<usize> =
        cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.push(bytes.len());
    cuts.sort_unstable();
    let (mut found, mut from) = (Vec::new(), 0);
    for to in cuts {
        if let Err(malformed) = framing.read(&bytes[from..to], &mut found) {
            return (found, Some(malformed));
        }
        from = to;
    }
    let malformed = framing.finish(&mut found).err();
    (found, malformed)
}

/// Writes messages, those that can be written.
fn write<F: Framing>(mut framing: F, messages: Vec<F::Message>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in messages {
        let _ = framing.write(message, &mut bytes);
    }
    bytes
}

/// Checks that the cuts make no difference, byte by byte least of all.
#[track_caller]
fn check_splits<F: Framing<Message: Debug + PartialEq>>(
    framing: impl Fn() -> F,
    bytes: &[u8],
    cuts: &[usize],
) {
    let whole = read(framing(), bytes, &[]);
    let everywhere: Vec<usize> = (0..bytes.len()).collect();
    assert_eq!(read(framing(), bytes, cuts), whole);
    assert_eq!(read(framing(), bytes, &everywhere), whole);
}

/// Bytes of which many mean something.
fn garbage() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        Just(b'\n'),
        Just(b'\r'),
        Just(0),
        Just(b' '),
        b'0'..=b'9',
        b'a'..=b'c',
        any::<u8>(),
    ];
    let valid = prop_oneof![
        vec(byte, 0..12),
        vec(any::<u8>(), 0..6)
            .prop_map(|data| write(Chunks::default(), vec![data.into()])),
        vec(any::<u8>(), 0..6)
            .prop_map(|data| write(Numbered::default(), vec![(3, data.into())])),
        vec(any::<u8>(), 0..6)
            .prop_map(|data| write(Frames::default(), vec![Frame::new("a", data)])),
    ];
    vec(valid, 0..6).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn every_split_of_the_bytes_gives_the_same_messages(
        bytes in garbage(),
        cuts in vec(0..100_usize, 0..8),
    ) {
        check_splits(|| Lines::default().up_to(5), &bytes, &cuts);
        check_splits(|| Frames::default().up_to(5), &bytes, &cuts);
        check_splits(|| Chunks::default().up_to(5), &bytes, &cuts);
        check_splits(Numbered::default, &bytes, &cuts);

        let damage = |cuts: &[usize]| {
            let chunks = Chunks::default().up_to(5);
            let damage = chunks.damage();
            read(chunks, &bytes, cuts);
            damage.count()
        };
        prop_assert_eq!(damage(&cuts), damage(&[]));
    }

    #[test]
    fn a_line_is_refused_or_read_as_it_was_written(
        lines in vec("[ab\r\n]{0,4}|.*", 0..6),
    ) {
        let mut kept = Vec::new();
        let mut bytes = Vec::new();
        let mut framing = Lines::default().up_to(6);
        for line in lines {
            match framing.write(line.clone(), &mut bytes) {
                Ok(()) => kept.push(line),
                Err(_) => prop_assert!(
                    line.len() > 6 || line.contains('\n') || line.ends_with('\r')
                ),
            }
        }
        prop_assert_eq!(read(framing, &bytes, &[]), (kept, None));
    }

    #[test]
    fn a_frame_is_refused_or_read_as_it_was_written(
        frames in vec((".{0,3}|[a-z]{1,300}", vec(any::<u8>(), 0..9)), 0..6),
    ) {
        let mut kept = Vec::new();
        let mut bytes = Vec::new();
        let mut framing = Frames::default().up_to(6);
        for (tag, data) in frames {
            let frame = Frame::new(tag, data);
            if framing.write(frame.clone(), &mut bytes).is_ok() {
                kept.push(frame);
            }
        }
        prop_assert_eq!(read(framing, &bytes, &[]), (kept, None));
    }

    #[test]
    fn a_chunk_is_read_as_it_was_written(
        chunks in vec(vec(prop_oneof![Just(0), any::<u8>()], 0..600), 0..4),
        number in any::<u64>(),
    ) {
        let chunks: Vec<Bytes> = chunks.into_iter().map(Bytes::from).collect();
        let bytes = write(Chunks::default(), chunks.clone());
        prop_assert_eq!(read(Chunks::default(), &bytes, &[]), (chunks.clone(), None));

        let number = |chunk| (number, chunk);
        let numbered: Vec<(u64, Bytes)> = chunks.into_iter().map(number).collect();
        let bytes = write(Numbered::default(), numbered.clone());
        prop_assert_eq!(read(Numbered::default(), &bytes, &[]), (numbered, None));
    }

    #[test]
    fn what_is_damaged_is_left_out_and_counted_and_the_next_chunk_is_found(
        data in vec(vec(any::<u8>(), 1..300), 3),
        place in any::<prop::sample::Index>(),
        damage in prop_oneof![Just(None), (1..=255_u8).prop_map(Some)],
    ) {
        let data: Vec<Bytes> = data.into_iter().map(Bytes::from).collect();
        let one = |data: &Bytes| write(Chunks::default(), vec![data.clone()]);
        let mut middle = one(&data[1]);
        // The zeros around it are not a part of it.
        let at = 1 + place.index(middle.len() - 2);
        match damage {
            Some(bits) => middle[at] ^= bits,
            None => _ = middle.drain(at..),
        }
        let bytes = [one(&data[0]), middle, one(&data[2])].concat();
        let chunks = Chunks::default();
        let damage = chunks.damage();
        let (found, malformed) = read(chunks, &bytes, &[]);
        prop_assert_eq!(malformed, None);
        prop_assert_eq!(found, vec![data[0].clone(), data[2].clone()]);
        // A byte may have become a zero, which makes two of one; or nothing was left.
        prop_assert!(damage.count() <= 2);
        prop_assert!(damage.count() >= 1 || at == 1);
    }

    #[test]
    fn a_mime_dict_that_was_written_is_read_as_the_same(
        headers in vec(("[!-9;-~]{1,5}", "([ab \r\n\t:]|.){0,8}"), 0..5),
        body in "([ab \r\n\t:]|.){0,8}",
    ) {
        let mut dict = MimeDict::new(body);
        for (name, value) in headers {
            dict = dict.with(&name, value);
        }
        prop_assert_eq!(dict.to_string().parse(), Ok(dict));
    }

    #[test]
    fn no_text_is_too_odd_for_a_mime_dict(text in "([ab \r\n\t:]|.){0,30}") {
        if let Ok(dict) = text.parse::<MimeDict>() {
            prop_assert_eq!(dict.to_string().parse(), Ok(dict));
        }
    }

    #[test]
    fn what_comes_twice_late_or_damaged_is_in_order_again(
        words in vec("[a-z]{0,9}", 1..20),
        swaps in vec((0..20_usize, 0..4_usize), 0..10),
        twice in vec(0..20_usize, 0..4),
    ) {
        let words: Vec<Bytes> = words.into_iter().map(Bytes::from).collect();
        let mut pieces = pieces_of(words.clone());
        for copy in twice {
            let copy = pieces[copy % pieces.len()].clone();
            pieces.push(copy);
        }
        // What overtakes, overtakes no more than are held.
        for (at, ahead) in swaps {
            let (at, last) = (at % words.len(), words.len() - 1);
            pieces.swap(at, (at + ahead).min(last));
        }
        pieces.push(Bytes::from_static(b"\0garbage\0"));
        let log = Log::default();
        Pipeline::new()
            .then("pieces", DataSource::new(pieces))
            .then("receiver", reliable_receiver(words.len()))
            .then("listener", listener::<Bytes>(&log))
            .run()
            .unwrap();
        let mut expected: Vec<String> =
            words.iter().map(|word| format!("{word:?}")).collect();
        expected.push("end".to_string());
        prop_assert_eq!(log.read(), expected);
    }
}

/// What a reliable sender makes of messages.
fn pieces_of(messages: Vec<Bytes>) -> Vec<Bytes> {
    let pieces = Rc::new(RefCell::new(Vec::new()));
    let wire = pieces.clone();
    Pipeline::new()
        .then("messages", DataSource::new(messages))
        .then("sender", reliable_sender())
        .then(
            "wire",
            component(|io: Io<Bytes, ()>| async move {
                while let Some(piece) = io.recv().await {
                    wire.borrow_mut().push(piece);
                }
            }),
        )
        .run()
        .unwrap();
    pieces.take()
}

#[test]
fn a_receiver_says_what_came_twice() {
    let mut pieces = pieces_of(vec!["a".into(), "b".into()]);
    pieces.push(pieces[0].clone());
    let log = Log::default();
    let mut system = System::new();
    system.add("pieces", DataSource::new(pieces)).unwrap();
    system.add("receiver", reliable_receiver(4)).unwrap();
    system.add("late", listener::<(u64, Bytes)>(&log)).unwrap();
    system.link("pieces.outbox -> receiver.inbox").unwrap();
    system.link("receiver.late -> late.inbox").unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["(0, b\"a\")", "end"]);
}

/// Runs bytes through a deframer, and returns what came of it.
fn deframed<F: Framing<Message: Debug>>(
    pieces: &[&'static [u8]],
    deframer: Deframer<F>,
) -> (Vec<String>, String) {
    let log = Log::default();
    let pieces: Vec<Bytes> =
        pieces.iter().map(|piece| Bytes::from_static(piece)).collect();
    let outcome = Pipeline::new()
        .then("pieces", DataSource::new(pieces))
        .then("deframer", deframer)
        .then("listener", listener::<F::Message>(&log))
        .run();
    (log.read(), outcome.err().map(|error| error.to_string()).unwrap_or_default())
}

#[test]
fn what_was_found_before_a_fault_is_sent_before_the_fault_is_told() {
    let lines = || Lines::default().up_to(4);
    let deframer = Deframer::new(lines()).from_peer("10.0.0.7:4242");
    let (said, error) =
        deframed(&[b"on", b"e\ntwo\nthree", b" is too long"], deframer);
    assert_eq!(said, ["\"one\"", "\"two\"", "end"]);
    assert_eq!(
        error,
        "`pipeline/deframer` failed: what 10.0.0.7:4242 sent is wrong: line 3 is longer \
         than 4 bytes"
    );
    let (said, error) = deframed(&[b"one\n\xff\ntwo\n"], Deframer::new(lines()));
    assert_eq!(said, ["\"one\"", "end"]);
    assert_eq!(error, "`pipeline/deframer` failed: line 2 is not UTF-8");
}

#[test]
fn the_last_line_needs_no_end() {
    let (said, error) =
        deframed(&[b"one\r\n\r\ntw", b"o"], Deframer::new(Lines::default()));
    assert_eq!(
        (said, error.as_str()),
        (["\"one\"", "\"\"", "\"two\"", "end"].map(String::from).to_vec(), "")
    );
}

#[test]
fn a_line_without_an_end_is_not_kept() {
    let mut lines = Lines::default();
    let mut found = Vec::new();
    let piece = [b'x'; 4096];
    let pieces = (0..).take_while(|_| lines.read(&piece, &mut found).is_ok());
    // What is kept before the fault is no more than the limit.
    assert_eq!(pieces.count(), 64 * 1024 / piece.len());
    assert!(found.is_empty());
}

#[test]
fn a_frame_says_what_is_wrong_with_it() {
    let wrong = |bytes: &[u8]| {
        let (_, malformed) = read(Frames::default().up_to(100), bytes, &[]);
        malformed.map(|malformed| malformed.to_string()).unwrap_or_default()
    };
    assert_eq!(wrong(b""), "");
    assert_eq!(wrong(b"a 1\nx"), "");
    assert_eq!(
        wrong(b"a 1\nxhello\n"),
        "frame 2 begins with `hello`, which is not of the form `tag length`"
    );
    let length = |digits: &str| {
        format!("frame 1 has the length `{digits}`, which is not a number up to 100")
    };
    for digits in ["101", "+1", "01", "", "1 1", "99999999999999999999"] {
        assert_eq!(wrong(format!("a {digits}\n").as_bytes()), length(digits));
    }
    assert_eq!(wrong(b"a 5\nhel"), "frame 1 breaks off after 3 of 5 bytes");
    assert_eq!(wrong(b"a 5"), "frame 1 breaks off in its header");
    assert_eq!(wrong(&[b'a'; 300]), "frame 1 begins with too long a header");
}

#[test]
fn a_chunk_without_an_end_is_not_kept() {
    let mut chunks = Chunks::default().up_to(1000);
    let damage = chunks.damage();
    let mut found = Vec::new();
    for _ in 0..1000 {
        chunks.read(&[b'x'; 4096], &mut found).unwrap();
    }
    assert_eq!(damage.count(), 1);
    let next = write(Chunks::default(), vec![Bytes::from("next")]);
    chunks.read(&next, &mut found).unwrap();
    assert_eq!(found, [Bytes::from("next")]);
    assert_eq!(damage.count(), 1);
}

#[test]
fn a_framer_ends_with_what_cannot_be_written() {
    let log = Log::default();
    let lines = ["one", "two\nthree", "four"].map(String::from);
    let outcome = Pipeline::new()
        .then("lines", DataSource::new(lines))
        .then("framer", Framer::new(Lines::default()))
        .then("listener", listener::<Bytes>(&log))
        .run();
    assert_eq!(log.read(), ["b\"one\\n\"", "end"]);
    let error = outcome.unwrap_err().to_string();
    assert_eq!(error, r#"`pipeline/framer` failed: "two\nthree" is not one line"#);
}

#[test]
fn frames_in_chunks_survive_a_way_that_loses_some() {
    let words = ["one", "two", "three"].map(|word| Frame::new("word", word));
    let log = Log::default();
    Pipeline::new()
        .then("words", DataSource::new(words))
        .then("frames", Framer::new(Frames::default()))
        .then("chunks", Framer::new(Chunks::default()))
        .then(
            "radio",
            component(|io: Io<Bytes, Bytes>| async move {
                for count in 0.. {
                    let Some(piece) = io.recv().await else { return };
                    let heard =
                        if count == 1 { piece.len() / 2 } else { piece.len() };
                    io.send(piece.slice(..heard)).await;
                }
            }),
        )
        .then("whole chunks", Deframer::new(Chunks::default()))
        .then("whole words", Deframer::new(Frames::default()))
        .then("listener", listener::<Frame>(&log))
        .run()
        .unwrap();
    let said = log.read().join(" ");
    assert!(said.contains("one") && said.contains("three"), "{said}");
    assert!(!said.contains("tw"), "{said}");
}

#[test]
fn a_mime_dict_is_asked_by_name_in_any_case() {
    let text = "Received: by sea\nSubject: tea\n and biscuits\nreceived: by land\n\nAt four?\n";
    let letter: MimeDict = text.parse().unwrap();
    assert_eq!(letter.get("SUBJECT"), Some("tea\nand biscuits"));
    assert_eq!(letter.all("Received").collect::<Vec<_>>(), ["by sea", "by land"]);
    assert_eq!(
        letter.names().collect::<Vec<_>>(),
        ["Received", "Subject", "received"]
    );
    assert_eq!(letter.get("To"), None);
    assert_eq!(letter.body(), "At four?\n");
}

#[test]
fn a_line_that_is_no_header_is_named() {
    let outcome = "Subject: tea\nnot a header\n\n".parse::<MimeDict>();
    assert_eq!(
        outcome.unwrap_err().to_string(),
        r#"line 2, "not a header", is not of the form `name: value`"#
    );
}

#[test]
#[should_panic(expected = r#""To whom" is not a name of a header"#)]
fn a_header_has_a_name_that_can_be_read() {
    let _ = MimeDict::new("").with("To whom", "student");
}

#[test]
fn a_marshaller_gives_back_what_it_cannot_read() {
    let refused = |text: &str| Refused {
        text: text.to_string(),
        reason: "invalid digit found in string".to_string(),
    };
    Trial::of("marshaller", Marshaller::<u32>::default())
        .feed("demarshall", ["1", "one", "2"].map(String::from))
        .feed("marshall", [3_u32, 4])
        .finish()
        .expect("demarshalled", [1_u32, 2])
        .expect("refused", [refused("one")])
        .expect("marshalled", ["3", "4"].map(String::from))
        .run();
}

#[test]
fn a_marshaller_of_which_one_half_is_used_ends_with_that_half() {
    // It waited for the other half for ever, to which nobody was linked.
    let mut system = System::new();
    system.add("numbers", DataSource::new([3_u32, 4])).unwrap();
    system.add("marshaller", Marshaller::<u32>::default()).unwrap();
    system.add("page", Collate::<String>::default()).unwrap();
    system.link("numbers.outbox -> marshaller.marshall").unwrap();
    system.link("marshaller.marshalled -> page.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn two_marshallers_talk_about_mime_dicts_over_frames() {
    let log = Log::default();
    let letters =
        ["tea", "biscuits"].map(|it| MimeDict::new("?").with("Subject", it));
    let to_frame = component(|io: Io<String, Frame>| async move {
        while let Some(text) = io.recv().await {
            io.send(Frame::new("letter", text)).await;
        }
    });
    let to_text = component(|io: Io<Frame, String>| async move {
        while let Some(frame) = io.recv().await {
            io.send(String::from_utf8(frame.data.to_vec()).unwrap()).await;
        }
    });
    let line = Graphline::new()
        .with("letters", DataSource::new(letters))
        .with("here", Marshaller::<MimeDict>::default())
        .with("to frame", to_frame)
        .with("framer", Framer::new(Frames::default()))
        .with("deframer", Deframer::new(Frames::default()))
        .with("to text", to_text)
        .with("there", Marshaller::<MimeDict>::default())
        .with("listener", listener::<MimeDict>(&log));
    let linkages = [
        "letters.outbox -> here.marshall",
        "letters.signal -> here.control",
        "here.marshalled -> to frame.inbox",
        "to frame.outbox -> framer.inbox",
        "framer.outbox -> deframer.inbox",
        "deframer.outbox -> to text.inbox",
        "to text.outbox -> there.demarshall",
        "to text.signal -> there.control",
        "there.demarshalled -> listener.inbox",
    ];
    let line = linkages.iter().try_fold(line, |line, text| line.link(text));
    line.unwrap().run().unwrap();
    let said = log.read();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[1].contains("biscuits"), "{said:?}");
}

#[test]
fn echo_sends_back_what_it_is_sent() {
    let words = || ["one", "two"].map(Bytes::from);
    Trial::of("echo", echo())
        .feed("inbox", words())
        .finish()
        .expect("outbox", words())
        .run();
}

#[test]
fn no_cookie_comes_twice_before_all_have_come() {
    let jar = Fortunes::read("%\n%\none\n%\ntwo\nlines\n%\n\n%\nthree", 7).unwrap();
    assert_eq!(jar.len(), 3);
    let draw = |log: &Log| {
        Pipeline::new()
            .then("cookie", jar.clone().cookie())
            .then("listener", listener::<Bytes>(log))
            .run()
            .unwrap();
        log.read().remove(0)
    };
    let log = Log::default();
    for _ in 0..5 {
        let mut three = [draw(&log), draw(&log), draw(&log)];
        three.sort();
        assert_eq!(three, ["b\"one\\n\"", "b\"three\\n\"", "b\"two\\nlines\\n\""]);
    }
    assert!(Fortunes::read("%\n\n%\n", 7).is_none());
}
