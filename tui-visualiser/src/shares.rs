//! # Shares
//!
//! How a component has spent its time: busy, idle, or blocked. Time is what the trace
//! counts, passes or turns, and not seconds; a program that is stepped through has the
//! same shares as one that runs.
//!
//! It is counted from a component's first word on, to its last.
//!
//! **Invariant:** the three shares add up to a hundred.

use std::fmt;

use crate::condition::Condition;

/// The time of one component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// What it spends its time on now.
    now: Option<Spent>,
    since: u64,
    /// What it spent before: busy, idle, blocked.
    before: [u64; 3],
}

/// What time is spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spent {
    Busy,
    Idle,
    Blocked,
}

/// The shares of a time, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hundredths {
    /// At work, or waiting for its turn.
    pub busy: u32,
    /// Waiting for something to do.
    pub idle: u32,
    /// Waiting for room.
    pub blocked: u32,
}

impl Shares {
    /// Takes note of the state that it is in from now on.
    pub(crate) fn turn_to(&mut self, state: &str, t: u64) {
        self.before = self.spent(t);
        self.since = t;
        self.now = match Condition::of(state) {
            Some(Condition::Busy) => Some(Spent::Busy),
            Some(Condition::Idle) => Some(Spent::Idle),
            Some(Condition::Blocked) => Some(Spent::Blocked),
            // A word of the program's own is not time that could be put anywhere.
            Some(Condition::Ended | Condition::Failed) | None => None,
        };
    }

    /// Returns the shares at a time; none before any time has passed.
    pub fn at(&self, t: u64) -> Option<Hundredths> {
        let spent = self.spent(t).map(u128::from);
        let all: u128 = spent.iter().sum();
        if all == 0 {
            return None;
        }
        // Each is rounded down, and what is missing then goes to whoever lost most.
        let mut shares = spent.map(|it| it * 100 / all);
        let lost = spent.map(|it| it * 100 % all);
        let mut order = [0, 1, 2];
        order.sort_by_key(|n| std::cmp::Reverse(lost[*n]));
        let missing = 100 - shares.iter().sum::<u128>();
        for n in order.into_iter().take(usize::try_from(missing).unwrap_or(0)) {
            shares[n] += 1;
        }
        let [busy, idle, blocked] =
            shares.map(|share| u32::try_from(share).unwrap_or(100));
        Some(Hundredths { busy, idle, blocked })
    }

    fn spent(&self, t: u64) -> [u64; 3] {
        let mut spent = self.before;
        if let Some(now) = self.now {
            let place = &mut spent[now as usize];
            *place = place.saturating_add(t.saturating_sub(self.since));
        }
        spent
    }
}

impl Hundredths {
    /// The largest share, in words: `busy 97 %`.
    pub fn most(self) -> String {
        let all =
            [(self.busy, "busy"), (self.idle, "idle"), (self.blocked, "blocked")];
        let (share, word) =
            all.into_iter().max_by_key(|it| it.0).unwrap_or_default();
        format!("{word} {share} %")
    }
}

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { busy, idle, blocked } = self;
        write!(f, "busy {busy} %, idle {idle} %, blocked {blocked} %")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, prop, proptest};
    use proptest::test_runner::RngSeed;

    use super::Shares;

    fn said(states: &[(u64, &str)], t: u64) -> String {
        let mut shares = Shares::default();
        states.iter().for_each(|(t, state)| shares.turn_to(state, *t));
        shares.at(t).map_or_else(String::new, |it| it.to_string())
    }

    #[test]
    fn time_counts_from_the_first_word_to_the_last() {
        let states = [(5, "ready"), (8, "idle"), (9, "blocked"), (15, "ended")];
        assert_eq!(said(&states, 100), "busy 30 %, idle 10 %, blocked 60 %");
        assert_eq!(said(&states[..1], 5), "");
        assert_eq!(said(&states[..2], 8), "busy 100 %, idle 0 %, blocked 0 %");
        assert_eq!(said(&[(1, "dreaming"), (9, "idle")], 9), "");
        // A trace may claim that time ran back.
        let back = [(9, "ready"), (3, "idle")];
        assert_eq!(said(&back, 4), "busy 0 %, idle 100 %, blocked 0 %");
        let ages = [(0, "idle"), (u64::MAX, "ready"), (0, "idle")];
        assert_eq!(said(&ages, u64::MAX), "busy 0 %, idle 100 %, blocked 0 %");
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 200,
            rng_seed: RngSeed::Fixed(7),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn the_three_shares_add_up_to_a_hundred(
            steps in prop::collection::vec((0..4_usize, 0..9_u64), 1..30),
        ) {
            let (mut shares, mut t) = (Shares::default(), 0);
            for (state, time) in steps {
                t += time;
                let words = ["ready", "idle", "blocked", "ended"];
                shares.turn_to(words[state], t);
                if let Some(it) = shares.at(t + 1) {
                    assert_eq!(it.busy + it.idle + it.blocked, 100);
                }
            }
        }
    }
}
