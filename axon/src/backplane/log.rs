//! # Log
//!
//! What was published and has not been taken by all: each message once, with the number of
//! those who have yet to take it. The readers stand at places in it. A message goes when
//! the last has taken it, and the last gets the message itself, not a clone.
//!
//! The log has a limit, and a reader who stands at its first message when it is full is
//! too slow: [`append`](Log::append) does with him what his policy says. Who is not to
//! miss what he has, and yet not to hold up others, is taken off the log, with copies of
//! what he has not read; he comes back when he has read them.
//!
//! It wakes nobody. What it returns says who is to be woken.
//!
//! **Invariant:** the log is no longer than its limit.
//!
//! Ancestor: none. `PlugSplitter` put each message into as many inboxes as there were.

use std::collections::VecDeque;

use crate::library::{Losses, Policy};

/// What was published and has not been taken by all.
pub(super) struct Log<T> {
    entries: VecDeque<Entry<T>>,
    /// How many messages have left the log.
    gone: u64,
    limit: usize,
    readers: Vec<Option<Reader<T>>>,
    /// How many of them stand at a place in the log.
    attached: u32,
    /// How many have been taken off it, and may come back.
    detached: u32,
    phase: Phase,
    keeping: Keeping<T>,
}

struct Entry<T> {
    message: T,
    /// How many have yet to take it.
    left: u32,
}

struct Reader<T> {
    /// How many messages of the log were before the one that he takes next.
    next: u64,
    standing: Standing,
    /// What he takes before he goes on in the log.
    backlog: VecDeque<T>,
    policy: Policy,
    losses: Losses,
}

/// Where a reader stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// At a place in the log.
    InTheLog,
    /// Beside it: he gets what is published as long as his backlog is no longer than the
    /// limit.
    Beside,
    /// He gets what he has, and no more.
    LetGo,
}

/// What becomes of what is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// All of it is held for those who are yet to subscribe.
    Opening,
    /// It is held for those who have subscribed.
    Open,
    /// Nothing is published any more.
    Closed,
}

/// Whether the last message is kept for those who subscribe late.
enum Keeping<T> {
    Nothing,
    Last(Option<T>),
}

/// What became of a message.
pub(super) struct Appended {
    /// Whether anybody gets it.
    pub(super) is_heard: bool,
    /// Whether somebody made way for it, and may do so again.
    pub(super) gave_way: bool,
}

/// What a reader finds.
pub(super) enum Found<T> {
    Message(T),
    /// There will be more.
    Nothing,
    /// There will be no more.
    End,
}

impl<T: Clone> Log<T> {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            gone: 0,
            limit,
            readers: Vec::new(),
            attached: 0,
            detached: 0,
            phase: Phase::Opening,
            keeping: Keeping::Nothing,
        }
    }

    pub(super) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    pub(super) fn keep_the_last(&mut self) {
        self.keeping = Keeping::Last(None);
    }

    pub(super) fn set_policy_of(&mut self, place: usize, policy: Policy) {
        self.readers[place].as_mut().expect("who reads was added").policy = policy;
    }

    pub(super) fn phase(&self) -> Phase {
        self.phase
    }

    /// Returns how many read.
    pub(super) fn readers(&self) -> usize {
        self.readers.iter().flatten().count()
    }

    /// Adds a reader, and returns what he is called. As long as the log is opening, he
    /// begins at its beginning.
    pub(super) fn add(&mut self, policy: Policy, losses: Losses) -> usize {
        let mut next = self.end();
        let mut backlog = VecDeque::new();
        if self.phase == Phase::Opening {
            next = self.gone;
            self.entries.iter_mut().for_each(|entry| entry.left += 1);
        } else if let Keeping::Last(Some(last)) = &self.keeping {
            backlog.push_back(last.clone());
        }
        let standing = Standing::InTheLog;
        let reader = Reader { next, standing, backlog, policy, losses };
        self.attached += 1;
        if let Some(place) = self.readers.iter().position(Option::is_none) {
            self.readers[place] = Some(reader);
            return place;
        }
        self.readers.push(Some(reader));
        self.readers.len() - 1
    }

    /// Takes a reader away. Returns how many it may have kept waiting.
    pub(super) fn remove(&mut self, place: usize) -> usize {
        match self.reader(place).standing {
            Standing::InTheLog => self.leave(place),
            Standing::Beside => self.detached -= 1,
            Standing::LetGo => {}
        }
        // Dropped when it is out of the list: messages are the user's.
        let reader = self.readers[place].take();
        drop(reader);
        self.trim().max(1)
    }

    /// Publishes a message, or gives it back if it has to wait for room.
    pub(super) fn append(&mut self, message: T) -> Result<Appended, T> {
        let gave_way = self.entries.len() >= self.limit;
        if gave_way && !self.make_room() {
            return Err(message);
        }
        if self.detached > 0 {
            self.append_beside(&message);
        }
        if let Keeping::Last(last) = &mut self.keeping {
            *last = Some(message.clone());
        }
        let holds = u32::from(self.phase == Phase::Opening);
        let left = self.attached + holds;
        if left > 0 {
            self.entries.push_back(Entry { message, left });
        }
        Ok(Appended { is_heard: left > 0 || self.detached > 0, gave_way })
    }

    /// Takes the next message for a reader; the second is how many that may have kept
    /// waiting.
    #[inline]
    pub(super) fn take(&mut self, place: usize) -> (Found<T>, usize) {
        let reader = self.readers[place].as_mut().expect("who reads was added");
        if !reader.backlog.is_empty() || reader.standing != Standing::InTheLog {
            return (self.take_beside(place), 0);
        }
        let at = (reader.next - self.gone) as usize;
        let Some(entry) = self.entries.get_mut(at) else {
            let is_over = self.phase == Phase::Closed;
            return (if is_over { Found::End } else { Found::Nothing }, 0);
        };
        reader.next += 1;
        entry.left -= 1;
        if entry.left > 0 {
            // Those who are left here may all be of the kind that makes way.
            let may_have_been_waited_for = at == 0 && reader.policy == Policy::Wait;
            let waiting = usize::from(may_have_been_waited_for);
            return (Found::Message(entry.message.clone()), waiting);
        }
        // Who takes a message last takes the first there is: all others are further.
        let first = self.entries.pop_front().expect("there is one at least");
        self.gone += 1;
        (Found::Message(first.message), 1)
    }

    /// Whether something waits for a reader.
    pub(super) fn has_some(&self, place: usize) -> bool {
        let reader = self.reader(place);
        let is_reading = reader.standing == Standing::InTheLog;
        !reader.backlog.is_empty() || is_reading && reader.next < self.end()
    }

    /// Holds what is published for those who have subscribed, and for nobody else. Returns
    /// how many that may have kept waiting.
    pub(super) fn open(&mut self) -> usize {
        if self.phase == Phase::Opening {
            self.phase = Phase::Open;
            self.entries.iter_mut().for_each(|entry| entry.left -= 1);
        }
        self.trim().max(1)
    }

    /// Publishes no more.
    pub(super) fn close(&mut self) {
        self.open();
        self.phase = Phase::Closed;
    }

    fn end(&self) -> u64 {
        self.gone + self.entries.len() as u64
    }

    fn reader(&self, place: usize) -> &Reader<T> {
        self.readers[place].as_ref().expect("who reads was added")
    }

    /// Applies the policies of those who are too slow. Returns `false` if one of them is
    /// to be waited for: then nothing has changed.
    fn make_room(&mut self) -> bool {
        let first = self.gone;
        let is_slow = |reader: &Reader<T>| {
            reader.standing == Standing::InTheLog && reader.next == first
        };
        let mut slow = self.readers.iter().flatten().filter(|it| is_slow(it));
        if self.phase == Phase::Opening || slow.any(|it| it.policy == Policy::Wait) {
            return false;
        }
        for place in 0..self.readers.len() {
            let Some(reader) = &mut self.readers[place] else { continue };
            if !is_slow(reader) {
                continue;
            }
            match reader.policy {
                Policy::Wait => unreachable!("nobody is to be waited for"),
                Policy::DropOldest => {
                    reader.losses.count_one();
                    reader.next += 1;
                    self.entries[0].left -= 1;
                }
                Policy::DropNewest => self.detach(place, Standing::Beside),
                Policy::Disconnect => {
                    reader.losses.count_one();
                    self.detach(place, Standing::LetGo);
                }
            }
        }
        self.trim();
        true
    }

    /// Takes a reader off the log, with copies of what he has not read.
    fn detach(&mut self, place: usize, standing: Standing) {
        let unread: Vec<T> =
            self.entries.iter().map(|entry| entry.message.clone()).collect();
        self.leave(place);
        if let Some(reader) = &mut self.readers[place] {
            reader.backlog.extend(unread);
            reader.standing = standing;
        }
        self.detached += u32::from(standing == Standing::Beside);
    }

    /// Leaves all that a reader has not read to the others.
    fn leave(&mut self, place: usize) {
        let from = (self.reader(place).next - self.gone) as usize;
        self.entries.iter_mut().skip(from).for_each(|entry| entry.left -= 1);
        self.attached -= 1;
    }

    /// Gives a message to those beside the log, as far as they have room.
    fn append_beside(&mut self, message: &T) {
        for reader in self.readers.iter_mut().flatten() {
            if reader.standing != Standing::Beside {
                continue;
            }
            if reader.backlog.len() < self.limit {
                reader.backlog.push_back(message.clone());
            } else {
                reader.losses.count_one();
            }
        }
    }

    /// Takes the next message of a backlog; who has read it goes on in the log.
    #[cold]
    fn take_beside(&mut self, place: usize) -> Found<T> {
        let end = self.end();
        let reader = self.readers[place].as_mut().expect("who reads was added");
        let message = reader.backlog.pop_front();
        if reader.backlog.is_empty() && reader.standing == Standing::Beside {
            reader.standing = Standing::InTheLog;
            reader.next = end;
            self.detached -= 1;
            self.attached += 1;
        }
        message.map_or(Found::End, Found::Message)
    }

    /// Drops what all have taken. Returns how much that was.
    fn trim(&mut self) -> usize {
        let before = self.entries.len();
        while self.entries.front().is_some_and(|entry| entry.left == 0) {
            self.entries.pop_front();
            self.gone += 1;
        }
        before - self.entries.len()
    }
}
