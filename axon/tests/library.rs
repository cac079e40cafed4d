//! # Tests of the library
//!
//! What each of the ready-made components does. That they end when they are told to, and
//! pass it on, is held for all of them in `shutdown.rs`. The name of a test is the sentence
//! that it holds.

mod witness;

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::io::{self, Cursor, Write};
use std::rc::Rc;
use std::time::Duration;

use axon::chassis::Pipeline;
use axon::library::{
    Balancer, Barrier, Chunkifier, Clock, Collate, Comparator, Comparison,
    ConsoleEchoer, ConsoleReader, DataSource, Filter, FirstOnly, LossyConnector,
    NullSink, OneShot, PassThrough, Plug, Policy, PromptedTurnstile,
    PureTransformer, RateLimit, RestoreOrder, SequenceTags, Splitter, Synchroniser,
    in_range, maxima, stringify, unseen_only,
};
use axon::{Co, Component, Inbox, Io, Outbox, Postoffice, System, boxes, component};
use proptest::prelude::*;
use witness::{Log, listener};

/// Runs what is between a source and a listener.
fn through<A: 'static, B: Debug + 'static>(
    messages: impl IntoIterator<Item = A> + 'static,
    part: impl Component,
) -> Vec<String> {
    let log = Log::default();
    Pipeline::new()
        .then("source", DataSource::new(messages))
        .then("part", part)
        .then("sink", listener::<B>(&log))
        .run()
        .unwrap();
    log.read()
}

/// Runs what is between a source of words and a listener.
fn between(words: &[&str], part: impl Component) -> Vec<String> {
    let log = Log::default();
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    Pipeline::new()
        .then("words", DataSource::new(words))
        .then("part", part)
        .then("sink", listener::<String>(&log))
        .run()
        .unwrap();
    log.read()
}

#[test]
fn pass_through_sends_on_what_it_receives() {
    let said = between(&["a", "b"], PassThrough::<String>::default());
    assert_eq!(said, ["\"a\"", "\"b\"", "end"]);
}

#[test]
fn pure_transformer_sends_what_a_function_makes_of_it() {
    let said = between(&["a", "b"], PureTransformer::new(str::to_uppercase));
    assert_eq!(said, ["\"A\"", "\"B\"", "end"]);
}

#[test]
fn filter_drops_what_its_test_does_not_let_through() {
    let said = between(&["a", "bb", "c"], Filter::new(|word: &str| word.len() == 1));
    assert_eq!(said, ["\"a\"", "\"c\"", "end"]);
}

#[test]
fn one_shot_sends_one_message() {
    let log = Log::default();
    Pipeline::new()
        .then("one", OneShot::new(7))
        .then("sink", listener::<i32>(&log))
        .run()
        .unwrap();
    assert_eq!(log.read(), ["7", "end"]);
}

#[test]
fn null_sink_takes_what_it_is_sent() {
    let pipeline = Pipeline::new()
        .then("numbers", DataSource::new(0..1000))
        .then("sink", NullSink::<i32>::default());
    assert_eq!(pipeline.run(), Ok(()));
}

#[test]
fn console_reader_sends_the_lines_and_ends_with_them() {
    let log = Log::default();
    Pipeline::new()
        .then("reader", ConsoleReader::from(Cursor::new("one\ntwo\r\n\nlast")))
        .then("sink", listener::<String>(&log))
        .run()
        .unwrap();
    assert_eq!(log.read(), ["\"one\"", "\"two\"", "\"\"", "\"last\"", "end"]);
}

#[test]
fn console_reader_ends_with_an_empty_input() {
    let pipeline = Pipeline::new()
        .then("reader", ConsoleReader::from(Cursor::new("")))
        .then("printer", ConsoleEchoer::to(io::sink()));
    assert_eq!(pipeline.run(), Ok(()));
}

#[test]
fn console_echoer_writes_lines() {
    let page = Page::default();
    Pipeline::new()
        .then("words", DataSource::new(["one", "two"].map(String::from)))
        .then("printer", ConsoleEchoer::to(page.clone()))
        .run()
        .unwrap();
    assert_eq!(*page.0.borrow(), b"one\ntwo\n");
}

#[test]
fn console_echoer_ends_when_nobody_reads_any_more() {
    let pipeline = Pipeline::new()
        .then("words", DataSource::new(["one", "two"].map(String::from)))
        .then("printer", ConsoleEchoer::to(Torn));
    assert_eq!(pipeline.run(), Ok(()));
}

#[test]
fn console_echoer_says_what_it_could_not_write() {
    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let outcome = Pipeline::new()
        .then("words", DataSource::new(["one", "two"].map(String::from)))
        .then("printer", ConsoleEchoer::to(Full))
        .run();
    let error = outcome.unwrap_err().to_string();
    assert!(error.contains("cannot write line 1: "), "{error}");
}

#[test]
fn console_echoer_keeps_no_line_back() {
    // Two lines came, and then nothing; both were in a buffer that nobody emptied.
    let page = Page::default();
    let seen = page.clone();
    let words = component(|io: Io<(), String>| async move {
        for word in ["one", "two"] {
            io.send(word.to_string()).await;
        }
        io.co.sleep(SECOND).await;
        assert_eq!(*seen.0.borrow(), b"one\ntwo\n");
    });
    let printer = ConsoleEchoer::to(io::BufWriter::new(page));
    let line = Pipeline::new().then("words", words).then("printer", printer);
    let mut system = System::new().virtual_time();
    system.add("line", line).unwrap();
    assert_eq!(system.run(), Ok(()));
}

#[derive(Clone, Default)]
struct Page(Rc<RefCell<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Torn;

impl Write for Torn {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

// One by one.

#[test]
fn maxima_lets_through_what_is_greater_than_all_before() {
    let said = through::<_, i32>([3, 1, 3, 4, 4, 2, 9], maxima::<i32>());
    assert_eq!(said, ["3", "4", "9", "end"]);
}

#[test]
fn in_range_lets_through_what_is_in_the_range() {
    let said = through::<_, i32>([1, 2, 3, 4, 5], in_range(2..4));
    assert_eq!(said, ["2", "3", "end"]);
}

#[test]
fn unseen_only_lets_through_what_has_not_come_before() {
    let said = through::<_, i32>([1, 2, 1, 3, 2], unseen_only::<i32>());
    assert_eq!(said, ["1", "2", "3", "end"]);
}

#[test]
fn stringify_writes_messages_out() {
    let said = through::<_, String>([1, -2], stringify::<i32>());
    assert_eq!(said, ["\"1\"", "\"-2\"", "end"]);
}

#[test]
fn first_only_sends_on_the_first_and_ends() {
    let said = through::<_, i32>([1, 2, 3], FirstOnly::<i32>::default());
    assert_eq!(said, ["1", "end"]);
    let said = through::<_, i32>([1, 2, 3], FirstOnly::<i32>::of(2));
    assert_eq!(said, ["1", "2", "end"]);
    let said = through::<_, i32>([1, 2, 3], FirstOnly::<i32>::of(0));
    assert_eq!(said, ["end"]);
}

// Few of many, and many of few.

#[test]
fn barrier_sends_messages_on_when_so_many_have_come() {
    let said = through::<_, Vec<i32>>(0..5, Barrier::<i32>::new(2));
    assert_eq!(said, ["[0, 1]", "[2, 3]", "end"]);
}

#[test]
fn collate_makes_one_message_of_all() {
    let said = through::<_, Vec<i32>>(0..3, Collate::<i32>::default());
    assert_eq!(said, ["[0, 1, 2]", "end"]);
    let said = through::<_, Vec<i32>>(0..0, Collate::<i32>::default());
    assert_eq!(said, ["[]", "end"]);
}

proptest! {
    #[test]
    fn chunks_are_all_of_one_size_but_the_last_and_lose_nothing(
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..9),
        size in 1_usize..12,
    ) {
        let all = pieces.concat();
        let said = through::<_, Vec<u8>>(pieces, Chunkifier::new(size));
        let chunks = all.chunks(size).map(|chunk| format!("{chunk:?}"));
        prop_assert_eq!(said, chunks.chain(["end".to_string()]).collect::<Vec<_>>());
    }
}

proptest! {
    #[test]
    fn chunks_made_evenly_differ_by_one_byte_at_most_and_keep_the_rate(
        bytes in 1_usize..60,
        chunks in 1_usize..60,
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..9),
    ) {
        prop_assume!(chunks <= bytes);
        let all = pieces.concat();
        let log = Log::default();
        let source = DataSource::new(pieces);
        let rest = component({
            let log = log.clone();
            move |io: Io<Vec<u8>, ()>| async move {
                let mut said = Vec::new();
                while let Some(chunk) = io.recv().await {
                    log.write(chunk.len().to_string());
                    said.extend(chunk);
                }
                assert_eq!(said, all);
            }
        });
        Pipeline::new()
            .then("source", source)
            .then("chunks", Chunkifier::evenly(bytes, chunks))
            .then("rest", rest)
            .run()
            .unwrap();
        let mut sizes: Vec<usize> =
            log.read().iter().map(|size| size.parse().unwrap()).collect();
        sizes.pop();
        let floor = bytes / chunks;
        prop_assert!(sizes.iter().all(|size| (floor..=floor + 1).contains(size)));
        for round in sizes.chunks_exact(chunks) {
            prop_assert_eq!(round.iter().sum::<usize>(), bytes);
        }
    }
}

/// Runs a component between two sources and a listener.
fn between_two<B: Debug + 'static>(
    left: impl IntoIterator<Item = i32> + 'static,
    right: impl IntoIterator<Item = i32> + 'static,
    part: impl Component,
) -> Vec<String> {
    let log = Log::default();
    let mut system = System::new();
    system.add("one", DataSource::new(left)).unwrap();
    system.add("two", DataSource::new(right)).unwrap();
    system.add("part", part).unwrap();
    system.add("sink", listener::<B>(&log)).unwrap();
    system.link("one.outbox -> part.left").unwrap();
    system.link("two.outbox -> part.right").unwrap();
    system.link("part.outbox -> sink.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    log.read()
}

#[test]
fn comparator_reports_the_first_difference() {
    let compare = |left: &[i32], right: &[i32]| {
        let (left, right) = (left.to_vec(), right.to_vec());
        let part = Comparator::<i32>::default();
        between_two::<Comparison<i32>>(left, right, part)
    };
    assert_eq!(compare(&[1, 2], &[1, 2]), ["Same { count: 2 }", "end"]);
    assert_eq!(compare(&[], &[]), ["Same { count: 0 }", "end"]);
    let different = "Different { at: 1, left: Some(2), right: Some(3) }";
    assert_eq!(compare(&[1, 2, 5], &[1, 3, 6]), [different, "end"]);
    let shorter = "Different { at: 1, left: Some(2), right: None }";
    assert_eq!(compare(&[1, 2], &[1]), [shorter, "end"]);
}

#[test]
fn a_comparison_is_a_sentence() {
    let found = Comparison::Different { at: 1, left: Some(2), right: None };
    let said = "after 1 that were the same, left has 2 and right has nothing more";
    assert_eq!(found.to_string(), said);
    let same = Comparison::<i32>::Same { count: 3 };
    assert_eq!(same.to_string(), "3 messages, all the same");
}

#[test]
fn synchroniser_makes_one_message_of_one_from_each_inbox() {
    let part = Synchroniser::<i32>::new(["left", "right"]);
    let said = between_two::<Vec<i32>>([1, 2, 3], [10, 20], part);
    assert_eq!(said, ["[1, 10]", "[2, 20]", "end"]);
    let part = Synchroniser::<i32>::new(["left", "right"]).taking(2);
    let said = between_two::<Vec<i32>>([1, 2, 3], [10, 20, 30], part);
    assert_eq!(said, ["[1, 2, 10, 20]", "end"]);
}

#[test]
fn a_synchroniser_ends_when_one_of_its_inboxes_has_run_dry_whichever_it_waits_for() {
    // It heard of the end of the second only when something came to the first.
    let log = Log::default();
    let mut system = System::new();
    let silent = component(|io: Io<(), i32>| async move {
        while io.co.control().is_none() {
            io.co.pause().await;
        }
        drop(io.outbox);
    });
    system.add("silent", silent).unwrap();
    system.add("two", DataSource::new([7])).unwrap();
    let both = Synchroniser::<i32>::new(["left", "right"]).taking(2);
    system.add("both", both).unwrap();
    system.add("sink", listener::<Vec<i32>>(&log)).unwrap();
    system.link("silent.outbox -> both.left").unwrap();
    system.link("two.outbox -> both.right").unwrap();
    system.link("both.outbox -> sink.inbox").unwrap();
    system.link("both.signal -> silent.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["end"]);
}

#[test]
#[should_panic(expected = "there is a box called `left` already")]
fn two_consumers_of_a_balancer_have_two_names() {
    let _ = Balancer::<u32>::new(["left", "left"]);
}

#[test]
#[should_panic(expected = "there is a box called `inbox` already")]
fn a_sink_of_a_splitter_has_a_name_of_its_own() {
    let _ = Splitter::<u32>::new(Policy::Wait).to("screen").to("inbox");
}

#[test]
#[should_panic(expected = "a box that is called `left.hand` could not be linked")]
fn an_inbox_of_a_synchroniser_has_a_name_that_can_be_linked() {
    let _ = Synchroniser::<u32>::new(["left.hand"]);
}

// Order and pace.

#[test]
fn sequence_tags_number_messages_from_0() {
    let said =
        through::<_, (u64, &str)>(["a", "b"], SequenceTags::<&str>::default());
    assert_eq!(said, ["(0, \"a\")", "(1, \"b\")", "end"]);
}

/// Runs numbered messages through `RestoreOrder`. Returns what came in order, and late.
fn restored(numbers: Vec<u64>, limit: usize) -> [Vec<String>; 2] {
    let (order, late) = (Log::default(), Log::default());
    let mut system = System::new();
    let messages = numbers.into_iter().map(|n| (n, n));
    system.add("source", DataSource::new(messages)).unwrap();
    system.add("part", RestoreOrder::<u64>::holding(limit)).unwrap();
    system.add("sink", listener::<u64>(&order)).unwrap();
    system.add("late", listener::<(u64, u64)>(&late)).unwrap();
    system.link("source.outbox -> part.inbox").unwrap();
    system.link("part.outbox -> sink.inbox").unwrap();
    system.link("part.late -> late.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    [order.read(), late.read()]
}

#[test]
fn restore_order_holds_back_what_came_too_early() {
    assert_eq!(restored(vec![1, 0, 3, 2], 2)[0], ["0", "1", "2", "3", "end"]);
}

#[test]
fn restore_order_knows_the_greatest_number_when_it_comes_again() {
    let [order, late] = restored(vec![u64::MAX, u64::MAX], 0);
    assert_eq!(order, ["18446744073709551615", "end"]);
    assert_eq!(late.len(), 2, "it and the end: {late:?}");
}

#[test]
fn restore_order_goes_on_without_what_is_missing() {
    let [order, late] = restored(vec![1, 2, 3, 0], 2);
    assert_eq!(order, ["1", "2", "3", "end"]);
    assert_eq!(late, ["(0, 0)", "end"]);
    let [order, late] = restored(vec![0, 5, 5, u64::MAX], 9);
    assert_eq!(order, ["0", "5", &u64::MAX.to_string(), "end"]);
    assert_eq!(late, ["(5, 5)", "end"]);
}

proptest! {
    #[test]
    fn what_leaves_restored_is_in_order_and_what_cannot_be_is_not_lost(
        numbers in prop::collection::vec(0_u64..20, 0..40),
        limit in 0_usize..6,
    ) {
        let [mut order, mut late] = restored(numbers.clone(), limit);
        prop_assert_eq!(order.pop(), Some("end".to_string()));
        prop_assert_eq!(late.pop(), Some("end".to_string()));
        let order: Vec<u64> = order.iter().map(|n| n.parse().unwrap()).collect();
        prop_assert!(order.is_sorted_by(|a, b| a < b));
        let late = late.iter().map(|pair| {
            let (_, number) = pair.trim_end_matches(')').split_once(", ").unwrap();
            number.parse().unwrap()
        });
        let mut all: Vec<u64> = order.into_iter().chain(late).collect();
        let mut expected = numbers;
        all.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(all, expected);
    }
}

#[test]
fn no_message_passes_a_turnstile_without_a_prompt() {
    let log = Log::default();
    let mut system = System::new();
    system.add("messages", DataSource::new(1..=9)).unwrap();
    system.add("prompts", DataSource::new([(), (), ()])).unwrap();
    system.add("turnstile", PromptedTurnstile::<i32>::default()).unwrap();
    system.add("sink", listener::<i32>(&log)).unwrap();
    system.link("messages.outbox -> turnstile.inbox").unwrap();
    system.link("prompts.outbox -> turnstile.prompt").unwrap();
    system.link("turnstile.outbox -> sink.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["1", "2", "3", "end"]);
}

/// Asks for a message, and for the next when it has it.
#[derive(Default)]
struct Asker {
    inbox: Inbox<i32>,
    outbox: Outbox<()>,
    log: Log,
}

impl Component for Asker {
    boxes! { inbox: "what was asked for", outbox: "prompts" }

    async fn main(self, co: Co) {
        self.outbox.send((), &co).await;
        while let Some(message) = self.inbox.recv(&co).await {
            self.log.write(message.to_string());
            self.outbox.send((), &co).await;
        }
    }
}

#[test]
fn a_turnstile_lets_all_through_to_one_who_asks_after_the_producer_has_finished() {
    let log = Log::default();
    let mut system = System::new();
    system.add("messages", DataSource::new(1..=9)).unwrap();
    system.add("turnstile", PromptedTurnstile::<i32>::default()).unwrap();
    system.add("asker", Asker { log: log.clone(), ..Asker::default() }).unwrap();
    system.link("messages.outbox -> turnstile.inbox").unwrap();
    system.link("messages.signal -> turnstile.control").unwrap();
    system.link("asker.outbox -> turnstile.prompt").unwrap();
    system.link("turnstile.outbox -> asker.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
}

// To several, or not at all.

/// Has a small inbox, and takes a message in every so many turns.
struct Slow {
    inbox: Inbox<u32>,
    every: usize,
    log: Log,
}

fn slow(capacity: usize, every: usize, log: &Log) -> Slow {
    Slow { inbox: Inbox::with_capacity(capacity), every, log: log.clone() }
}

impl Component for Slow {
    boxes! { inbox: "taken slowly" }

    async fn main(self, co: Co) {
        while let Some(message) = self.inbox.recv(&co).await {
            self.log.write(message.to_string());
            for _ in 0..self.every {
                co.again().await;
            }
        }
    }
}

/// Runs a producer of 0 to 9 through a component to somebody who has room for two, and
/// takes nothing before all is sent.
fn lossy(policy: Policy) -> (Vec<String>, u64) {
    let log = Log::default();
    let connector = LossyConnector::<u32>::new(policy);
    let losses = connector.losses();
    let mut system = System::new();
    system.add("numbers", DataSource::new(0..10_u32)).unwrap();
    system.add("lossy", connector).unwrap();
    system.add("slow", slow(2, 100, &log)).unwrap();
    system.link("numbers.outbox -> lossy.inbox").unwrap();
    system.link("lossy.outbox -> slow.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    (log.read(), losses.count())
}

#[test]
fn each_policy_drops_what_it_says_and_counts_it() {
    let all: Vec<String> = (0..10).map(|n: u32| n.to_string()).collect();
    assert_eq!(lossy(Policy::Wait), (all, 0));
    assert_eq!(lossy(Policy::DropOldest), (vec!["8".into(), "9".into()], 8));
    assert_eq!(lossy(Policy::DropNewest), (vec!["0".into(), "1".into()], 8));
    assert_eq!(lossy(Policy::Disconnect), (vec!["0".into(), "1".into()], 1));
}

#[test]
fn one_slow_subscriber_does_not_hold_up_the_others() {
    let (quick, tardy) = (Log::default(), Log::default());
    let splitter = Splitter::<u32>::new(Policy::DropOldest).to("quick").to("tardy");
    let losses = splitter.losses();
    let mut system = System::new();
    system.add("numbers", DataSource::new(0..200_u32)).unwrap();
    system.add("splitter", splitter).unwrap();
    system.add("quick", listener::<u32>(&quick)).unwrap();
    system.add("tardy", slow(1, 1000, &tardy)).unwrap();
    system.link("numbers.outbox -> splitter.inbox").unwrap();
    system.link("splitter.quick -> quick.inbox").unwrap();
    system.link("splitter.tardy -> tardy.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    let (quick, tardy) = (quick.read(), tardy.read());
    assert_eq!(quick.len(), 201);
    assert_eq!(tardy.last(), Some(&"199".to_string()));
    assert_eq!(losses.count(), 200 - tardy.len() as u64);
}

#[test]
fn a_subscriber_gets_every_message_from_its_plug_on_in_order_but_those_that_the_policy_dropped()
 {
    let (first, second) = (Log::default(), Log::default());
    let log = second.clone();
    let mut system = System::new();
    let numbers = component(|io: Io<(), u32>| async move {
        for n in 0..30 {
            io.send(n).await;
            io.co.again().await;
        }
    });
    // Plugs in while the numbers come, takes ten of them, and leaves.
    let late = component(move |io: Io<(), Plug<u32>>| async move {
        for _ in 0..10 {
            io.co.again().await;
        }
        let (inbox, outbox) = (Inbox::default(), Outbox::default());
        let mut postoffice = Postoffice::default();
        postoffice.link(&outbox, &inbox).unwrap();
        io.send(Plug::In("late".to_string(), outbox)).await;
        for _ in 0..10 {
            log.write(inbox.recv(&io.co).await.unwrap().to_string());
        }
        io.send(Plug::Out("late".to_string())).await;
        while let Some(number) = inbox.recv(&io.co).await {
            log.write(number.to_string());
        }
        log.write("end");
    });
    system.add("numbers", numbers).unwrap();
    system.add("splitter", Splitter::<u32>::new(Policy::Wait).to("first")).unwrap();
    system.add("first", listener::<u32>(&first)).unwrap();
    system.add("late", late).unwrap();
    system.link("numbers.outbox -> splitter.inbox").unwrap();
    system.link("splitter.first -> first.inbox").unwrap();
    system.link("late.outbox -> splitter.configuration").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(first.read().len(), 31);
    let second = second.read();
    let begin: u32 = second[0].parse().unwrap();
    assert!(begin > 5, "it was not there from the beginning: {begin}");
    let (end, numbers) = second.split_last().unwrap();
    assert_eq!(end, "end", "it was unplugged");
    assert!(numbers.len() >= 10 && numbers.len() < 15);
    for (n, said) in (begin..).zip(numbers) {
        assert_eq!(*said, n.to_string());
    }
}

/// A message that counts its clones.
struct Counted(Rc<Cell<usize>>);

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.0.set(self.0.get() + 1);
        Self(self.0.clone())
    }
}

#[test]
fn a_splitter_forgets_whoever_had_plugged_in_and_has_ended() {
    let count = Rc::new(Cell::new(0));
    let message = Counted(count.clone());
    let mut system = System::new();
    // It plugs in, and is gone before the first message comes.
    let guest = component(|io: Io<(), Plug<Counted>>| async move {
        let (inbox, outbox) = (Inbox::default(), Outbox::default());
        Postoffice::default().link(&outbox, &inbox).unwrap();
        io.send(Plug::In("guest".to_string(), outbox)).await;
    });
    let messages = component(move |io: Io<(), Counted>| async move {
        io.co.idle().await;
        for _ in 0..10 {
            io.send(Counted(message.0.clone())).await;
        }
    });
    system.add("splitter", Splitter::<Counted>::new(Policy::Wait)).unwrap();
    system.add("messages", messages).unwrap();
    system.add("guest", guest).unwrap();
    system.link("messages.outbox -> splitter.inbox").unwrap();
    system.link("guest.outbox -> splitter.configuration").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(count.get(), 0, "nobody was sent a clone");
}

#[test]
fn whoever_plugs_in_late_gets_the_last_message_if_it_was_kept() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let late = component(move |io: Io<(), Plug<u32>>| async move {
        io.co.idle().await;
        let (inbox, outbox) = (Inbox::default(), Outbox::default());
        let mut postoffice = Postoffice::default();
        postoffice.link(&outbox, &inbox).unwrap();
        io.send(Plug::In("late".to_string(), outbox)).await;
        inner.write(format!("{:?}", inbox.recv(&io.co).await));
    });
    let numbers = component(|io: Io<(), u32>| async move {
        for n in 0..5 {
            io.send(n).await;
        }
        io.co.idle().await;
        io.co.idle().await;
    });
    system.add("numbers", numbers).unwrap();
    let splitter = Splitter::<u32>::new(Policy::Wait).keeping_the_last();
    system.add("splitter", splitter).unwrap();
    system.add("late", late).unwrap();
    system.link("numbers.outbox -> splitter.inbox").unwrap();
    system.link("late.outbox -> splitter.configuration").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["Some(4)"]);
}

/// Shares 0 to 99 out between two who take one in every so many turns.
fn balanced(left: usize, right: usize) -> [Vec<String>; 2] {
    let logs = [Log::default(), Log::default()];
    let mut system = System::new();
    system.add("jobs", DataSource::new(0..100_u32)).unwrap();
    system.add("balancer", Balancer::<u32>::new(["left", "right"])).unwrap();
    system.add("left", slow(2, left, &logs[0])).unwrap();
    system.add("right", slow(2, right, &logs[1])).unwrap();
    system.link("jobs.outbox -> balancer.inbox").unwrap();
    system.link("balancer.left -> left.inbox").unwrap();
    system.link("balancer.right -> right.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    logs.map(|log| log.read())
}

#[test]
fn a_balancer_waits_only_when_all_its_consumers_are_full() {
    let [left, right] = balanced(1, 1);
    assert_eq!((left.len(), right.len()), (50, 50));
    let [left, right] = balanced(0, 500);
    assert_eq!(left.len() + right.len(), 100, "each message goes to one of them");
    assert!(right.len() < 5, "who is slow gets less: {right:?}");
}

#[test]
fn a_balancer_takes_turns_where_there_is_room() {
    let logs = [Log::default(), Log::default()];
    let mut system = System::new();
    system.add("jobs", DataSource::new(0..4_u32)).unwrap();
    system.add("balancer", Balancer::<u32>::new(["left", "right"])).unwrap();
    system.add("left", listener::<u32>(&logs[0])).unwrap();
    system.add("right", listener::<u32>(&logs[1])).unwrap();
    system.link("jobs.outbox -> balancer.inbox").unwrap();
    system.link("balancer.left -> left.inbox").unwrap();
    system.link("balancer.right -> right.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(logs.map(|log| log.read()), [["0", "2", "end"], ["1", "3", "end"]]);
}

#[test]
fn a_balancer_goes_on_without_a_consumer_that_has_ended() {
    let log = Log::default();
    let mut system = System::new();
    system.add("jobs", DataSource::new(0..100_u32)).unwrap();
    system.add("balancer", Balancer::<u32>::new(["brief", "steady"])).unwrap();
    system.add("brief", FirstOnly::<u32>::default()).unwrap();
    system.add("steady", slow(1, 3, &log)).unwrap();
    system.link("jobs.outbox -> balancer.inbox").unwrap();
    system.link("balancer.brief -> brief.inbox").unwrap();
    system.link("balancer.steady -> steady.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    let steady = log.read();
    assert!(steady.len() > 30, "{}", steady.len());
    assert_eq!(steady.last().map(String::as_str), Some("99"));
}

#[test]
fn a_flood_is_kept_flat_by_every_policy() {
    for policy in [Policy::Wait, Policy::DropOldest, Policy::DropNewest] {
        let log = Log::default();
        let connector = LossyConnector::<u32>::new(policy);
        let losses = connector.losses();
        let mut system = System::new();
        system.add("numbers", DataSource::new(0..20_000_u32)).unwrap();
        system.add("lossy", connector).unwrap();
        system.add("slow", slow(8, 20, &log)).unwrap();
        system.link("numbers.outbox -> lossy.inbox").unwrap();
        system.link("lossy.outbox -> slow.inbox").unwrap();
        assert_eq!(system.run(), Ok(()));
        let taken = log.read().len() as u64;
        assert_eq!(taken + losses.count(), 20_000, "{policy:?}");
        assert_eq!(policy == Policy::Wait, losses.count() == 0, "{policy:?}");
    }
}

// Time.

/// Writes down when what it receives comes, in milliseconds.
fn stopwatch<T: Debug + 'static>(log: &Log) -> impl Component {
    let log = log.clone();
    component(move |io: Io<T, ()>| async move {
        while let Some(message) = io.recv().await {
            log.write(format!("{message:?} at {}", io.co.now().as_millis()));
        }
    })
}

/// Runs components in a row, in virtual time, and says when what came out.
fn timed<A: 'static, B: Debug + 'static>(
    messages: impl IntoIterator<Item = A> + 'static,
    part: impl Component,
) -> Vec<String> {
    let log = Log::default();
    let line = Pipeline::new()
        .then("source", DataSource::new(messages))
        .then("part", part)
        .then("watch", stopwatch::<B>(&log));
    let mut system = System::new().virtual_time();
    system.add("line", line).unwrap();
    assert_eq!(system.run(), Ok(()));
    log.read()
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn clock_ticks_at_its_interval_and_ends() {
    let log = Log::default();
    let mut system = System::new().virtual_time();
    let clock = Clock::every(SECOND).times(3);
    let line = Pipeline::new()
        .then("clock", clock)
        .then("watch", stopwatch::<Duration>(&log));
    system.add("line", line).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["1s at 1000", "2s at 2000", "3s at 3000"]);
}

#[test]
fn clock_leaves_out_the_ticks_for_which_there_was_no_room() {
    let log = Log::default();
    let busy = log.clone();
    // Takes a tick, and is busy for three and a half.
    let watch = component(move |io: Io<Duration, ()>| async move {
        io.inbox.set_capacity(1);
        while let Some(tick) = io.recv().await {
            busy.write(format!("{tick:?}"));
            io.co.sleep(3500 * SECOND / 1000).await;
        }
    });
    let clock = Clock::every(SECOND).times(5);
    let line = Pipeline::new().then("clock", clock).then("watch", watch);
    let mut system = System::new().virtual_time();
    system.add("line", line).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["1s", "2s", "3s", "5s", "8s"]);
}

#[test]
fn a_clock_with_short_ticks_does_not_count_those_that_it_leaves_out() {
    // It went through them one by one, and there were three million million.
    let slow = component(|io: Io<Duration, ()>| async move {
        io.inbox.set_capacity(1);
        for _ in 0..3 {
            io.recv().await;
            io.co.sleep(3600 * SECOND).await;
        }
    });
    let clock = Clock::every(Duration::from_nanos(1)).times(5);
    let line = Pipeline::new().then("clock", clock).then("slow", slow);
    let mut system = System::new().virtual_time();
    system.add("line", line).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(system.now(), 3 * 3600 * SECOND + Duration::from_nanos(1));
}

#[test]
fn rate_limit_spreads_messages_evenly() {
    let said = timed::<_, i32>(0..5, RateLimit::<i32>::messages(2));
    assert_eq!(said, ["0 at 0", "1 at 500", "2 at 1000", "3 at 1500", "4 at 2000"]);
    let limit = RateLimit::<i32>::messages(1).per(3600 * SECOND);
    assert_eq!(timed::<_, i32>([7, 8], limit), ["7 at 0", "8 at 3600000"]);
}

#[test]
fn rate_limit_counts_from_when_a_message_has_passed_and_not_from_when_it_was_due() {
    // A message that had waited for room passed together with the one after it.
    let log = Log::default();
    let times = log.clone();
    let late = component(move |io: Io<i32, ()>| async move {
        io.inbox.set_capacity(1);
        io.co.sleep(5 * SECOND).await;
        while let Some(message) = io.recv().await {
            times.write(format!("{message} at {}", io.co.now().as_millis()));
        }
    });
    let line = Pipeline::new()
        .then("source", DataSource::new(0..4))
        .then("limit", RateLimit::<i32>::messages(2))
        .then("late", late);
    let mut system = System::new().virtual_time();
    system.add("line", line).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["0 at 5000", "1 at 5000", "2 at 5500", "3 at 6000"]);
}

#[test]
fn rate_limit_of_bytes_goes_by_the_size_of_messages() {
    let said =
        timed::<_, &str>(["12345", "", "1", "2"], RateLimit::<&str>::bytes(10));
    let at = ["\"12345\" at 0", "\"\" at 500", "\"1\" at 500", "\"2\" at 600"];
    assert_eq!(said, at);
}

proptest! {
    #[test]
    fn in_no_span_of_time_does_more_pass_than_the_limit(
        limit in 1_usize..9,
        span in 1_u64..1_000,
        pauses in prop::collection::vec(0_u64..2_000, 0..30),
    ) {
        let log = Log::default();
        let times = log.clone();
        let source = component(move |io: Io<(), ()>| async move {
            for pause in pauses {
                io.co.sleep(Duration::from_nanos(pause)).await;
                io.send(()).await;
            }
        });
        let watch = component(move |io: Io<(), ()>| async move {
            while io.recv().await.is_some() {
                times.write(io.co.now().as_nanos().to_string());
            }
        });
        let part = RateLimit::<()>::messages(limit).per(Duration::from_nanos(span));
        let line =
            Pipeline::new().then("source", source).then("part", part).then("watch", watch);
        let mut system = System::new().virtual_time();
        system.add("line", line).unwrap();
        prop_assert_eq!(system.run(), Ok(()));
        let times: Vec<u64> =
            log.read().iter().map(|time| time.parse().unwrap()).collect();
        for more in times.windows(limit + 1) {
            prop_assert!(more[limit] - more[0] >= span, "{more:?}");
        }
    }
}
