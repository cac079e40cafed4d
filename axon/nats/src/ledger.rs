//! # Ledger
//!
//! What was sent to a server and what came of it, by numbers: each sender numbers its
//! messages, and hears its own come back, because it has subscribed to them like
//! everybody. So what has come back has been there, and what is skipped counts as lost; if
//! the server went when it had sent something on, another may have heard it all the same.
//!
//! ```text
//!   sent   1 2 3 4 5 6 7        the server went while 3 and 4 were on their way
//!   back   1 2 . . 5 6 .        when 5 is back: 3 and 4 are lost; 7 is still on its way
//! ```
//!
//! It is ordinary code, without a server, and knows nothing of time.
//!
//! **Invariant:** each message that was sent comes back or is counted as lost.
//!
//! Ancestor: none; the idea is that of `Kamaelia/Protocol/SimpleReliableMulticast.py`.

use std::collections::{BTreeMap, VecDeque};

/// How many senders are remembered. When there are more, all are forgotten: then what is
/// missing just there is not noticed, and the memory stays small.
const SENDERS: usize = 10_000;

/// What was sent, and what was heard.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Which number was given last.
    last: u64,
    /// Those that have not come back, in order.
    on_their_way: VecDeque<u64>,
    /// What was heard last from each of the others.
    heard: BTreeMap<String, u64>,
}

impl Ledger {
    /// Numbers a message that is sent now.
    pub(crate) fn send(&mut self) -> u64 {
        self.last += 1;
        self.on_their_way.push_back(self.last);
        self.last
    }

    /// Takes back the number that was given last: that message was not sent.
    pub(crate) fn take_back(&mut self) {
        self.on_their_way.pop_back();
        self.last -= 1;
    }

    /// Notes that a number is given to a message that will never be sent, so that others
    /// know that they miss one.
    pub(crate) fn skip(&mut self) {
        self.last += 1;
    }

    /// Returns the number that was given last.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// Returns how many have not come back.
    pub(crate) fn on_their_way(&self) -> usize {
        self.on_their_way.len()
    }

    /// Notes that a number has come back. They come back in order; so it returns how many
    /// before it never will.
    pub(crate) fn comes_back(&mut self, number: u64) -> u64 {
        let lost = self.give_up_before(number);
        if self.on_their_way.front() == Some(&number) {
            self.on_their_way.pop_front();
        }
        lost
    }

    /// Notes that a beat has come back, which was sent after this number; so all up to it
    /// have come back, or never will. Returns how many never will.
    pub(crate) fn beat_comes_back(&mut self, last: u64) -> u64 {
        self.give_up_before(last.saturating_add(1))
    }

    fn give_up_before(&mut self, number: u64) -> u64 {
        let before = self.on_their_way.partition_point(|sent| *sent < number);
        self.on_their_way.drain(..before);
        before as u64
    }

    /// Notes a message of somebody else, and returns how many of his are missing before it.
    pub(crate) fn hears(&mut self, from: &str, number: u64) -> u64 {
        self.hears_beat(from, number.saturating_sub(1), number)
    }

    /// Notes a beat of somebody else, sent after this number, and returns how many of his
    /// are missing.
    pub(crate) fn hears_beat_after(&mut self, from: &str, number: u64) -> u64 {
        self.hears_beat(from, number, number)
    }

    /// Notes that all up to a number were due, and what is the last now.
    fn hears_beat(&mut self, from: &str, due: u64, now: u64) -> u64 {
        if let Some(last) = self.heard.get_mut(from) {
            let missing = due.saturating_sub(*last);
            *last = now.max(*last);
            return missing;
        }
        if self.heard.len() >= SENDERS {
            self.heard.clear();
        }
        self.heard.insert(from.to_string(), now);
        0
    }
}

#[cfg(test)]
mod tests {
    use super::Ledger;

    #[test]
    fn each_message_that_was_sent_comes_back_or_is_counted_as_lost() {
        let mut ledger = Ledger::default();
        let sent: Vec<_> = (0..7).map(|_| ledger.send()).collect();
        assert_eq!(sent, [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!([1, 2].map(|number| ledger.comes_back(number)), [0, 0]);
        // What has come back does so no second time.
        assert_eq!([5, 5, 3].map(|number| ledger.comes_back(number)), [2, 0, 0]);
        assert_eq!(ledger.on_their_way(), 2);
        assert_eq!(ledger.beat_comes_back(6), 1);
        assert_eq!(ledger.on_their_way(), 1);
        assert_eq!((ledger.beat_comes_back(7), ledger.on_their_way()), (1, 0));
    }

    #[test]
    fn a_message_that_was_not_sent_is_neither_under_way_nor_missing_elsewhere() {
        let mut ledger = Ledger::default();
        ledger.send();
        ledger.take_back();
        assert_eq!((ledger.send(), ledger.on_their_way()), (1, 1));
        // One that never will be is missing elsewhere, and not under way.
        ledger.skip();
        assert_eq!((ledger.send(), ledger.on_their_way()), (3, 2));
    }

    #[test]
    fn what_others_have_sent_is_missing_from_when_they_were_first_heard() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.hears("student", 40), 0);
        assert_eq!(
            [41, 44, 45].map(|number| ledger.hears("student", number)),
            [0, 2, 0]
        );
        assert_eq!(ledger.hears("teacher", 1), 0);
        assert_eq!(ledger.hears_beat_after("teacher", 3), 2);
        assert_eq!(ledger.hears_beat_after("teacher", 3), 0);
        assert_eq!(ledger.hears("teacher", 4), 0);
        // A number that is a lie does no harm.
        assert_eq!(ledger.hears("teacher", 0), 0);
        assert_eq!(ledger.hears("teacher", 5), 0);
        assert_eq!(ledger.hears_beat_after("reader", u64::MAX), 0);
        assert_eq!(ledger.hears("reader", 1), 0);
    }
}
