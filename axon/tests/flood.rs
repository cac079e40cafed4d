//! # Tests of the flood
//!
//! A producer of a million messages a second against a consumer of a thousand, for a
//! quarter of a second of virtual time: what waits in the system is counted at every
//! millisecond, and the memory that the process holds is looked at before and after. It
//! is the one test in its file, so that nobody else's memory is counted.

use std::cell::{Cell, RefCell};
use std::fs;
use std::rc::Rc;
use std::time::Duration;

use axon::library::{Losses, LossyConnector, Policy};
use axon::{DEFAULT_CAPACITY, Io, System, component};

/// A quarter of a million of these would be 25 megabytes.
type Message = [u8; 100];

const MILLISECOND: Duration = Duration::from_millis(1);

/// What became of the messages.
#[derive(Default)]
struct Tally {
    sent: Cell<u64>,
    discarded: Cell<u64>,
    taken: Cell<u64>,
    losses: RefCell<Losses>,
    /// How many there were at most that had been sent and had come to no end.
    peak: Cell<u64>,
}

impl Tally {
    fn look(&self) {
        let gone =
            self.taken.get() + self.discarded.get() + self.losses.borrow().count();
        self.peak.set(self.peak.get().max(self.sent.get() - gone));
    }
}

/// Runs a quarter of a second of a flood, with a policy between the two or without one.
fn flood(policy: Option<Policy>) -> Rc<Tally> {
    let tally = Rc::new(Tally::default());
    let count = tally.clone();
    let producer = component(move |io: Io<(), Message>| async move {
        loop {
            for _ in 0..1_000 {
                if io.send([0; 100]).await.is_some() {
                    return;
                }
                count.sent.set(count.sent.get() + 1);
                count.discarded.set(io.outbox.discarded());
            }
            count.look();
            io.co.sleep(MILLISECOND).await;
        }
    });
    let count = tally.clone();
    let consumer = component(move |io: Io<Message, ()>| async move {
        while io.recv().await.is_some() {
            count.taken.set(count.taken.get() + 1);
            count.look();
            io.co.sleep(MILLISECOND).await;
        }
    });
    let mut system = System::new().virtual_time();
    system.add("producer", producer).unwrap();
    system.add("consumer", consumer).unwrap();
    if let Some(policy) = policy {
        let connector = LossyConnector::<Message>::new(policy);
        tally.losses.replace(connector.losses());
        system.add("lossy", connector).unwrap();
        system.link("producer.outbox -> lossy.inbox").unwrap();
        system.link("lossy.outbox -> consumer.inbox").unwrap();
    } else {
        system.link("producer.outbox -> consumer.inbox").unwrap();
    }
    system.run_until(250 * MILLISECOND);
    tally
}

/// What the process holds in memory, in kilobytes, where the machine says it.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[test]
fn memory_is_flat_under_a_flood_with_every_policy_and_the_producer_waits_without_one()
 {
    // The first run takes what any program takes, once.
    flood(None);
    let before = resident();
    let policies = [Policy::Wait, Policy::DropOldest, Policy::DropNewest];
    let all = [None, Some(Policy::Disconnect)].into_iter();
    for policy in all.chain(policies.map(Some)) {
        let tally = flood(policy);
        let (sent, taken) = (tally.sent.get(), tally.taken.get());
        // Two inboxes, and what each of the three may have in hand.
        let room = 2 * DEFAULT_CAPACITY as u64 + 3;
        assert!(tally.peak.get() <= room, "{policy:?}: {} waited", tally.peak.get());
        match policy {
            None | Some(Policy::Wait) => {
                assert!(sent <= taken + room, "{policy:?}: {sent} sent");
                assert!((249..=251).contains(&taken), "{policy:?}: {taken}");
            }
            Some(Policy::Disconnect) => {
                assert!(taken <= room, "the consumer was let go: {taken}");
                assert_eq!(tally.losses.borrow().count(), 1);
            }
            Some(_) => {
                assert!(sent >= 249_000, "{policy:?}: {sent} sent");
                assert!((249..=251).contains(&taken), "{policy:?}: {taken}");
            }
        }
    }
    if let (Some(before), Some(after)) = (before, resident()) {
        assert!(after <= before + 2_048, "{before} kB before, {after} kB after");
    }
}
