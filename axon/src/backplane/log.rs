//! # Log
//!
//! What was published and has not been taken by all: each message once. The readers stand
//! at places in it. A message goes when the last has taken it, and the last gets the message
//! itself, not a clone.
//!
//! How far a reader is matters to others only as long as nobody is behind him. So the
//! messages are not counted down; what is counted is who stands at the first. Whoever takes
//! another message goes on, and that is all. When the last one leaves the first message,
//! it is looked up who stands at the next: once for each message, as often as there are
//! readers who have taken it.
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
    messages: VecDeque<T>,
    /// How many messages have left the log.
    gone: u64,
    limit: usize,
    /// Where each reader stands; apart from the rest of him, because nearly all that is
    /// done asks for this alone.
    places: Vec<Place>,
    readers: Vec<Option<Reader<T>>>,
    /// How many of them stand at a place in the log.
    attached: usize,
    /// How many of those stand at its beginning.
    at_first: usize,
    /// How many have been taken off it, and may come back.
    detached: u32,
    phase: Phase,
    keeping: Keeping<T>,
}

/// A place in the log.
#[derive(Clone, Copy)]
struct Place {
    /// How many messages of the log were before the one that is taken next from here.
    next: u64,
    /// Whether the reader takes something else before.
    has_other: bool,
}

/// No place in the log: it never becomes so long.
const NOWHERE: Place = Place { next: u64::MAX, has_other: false };

struct Reader<T> {
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
            messages: VecDeque::new(),
            gone: 0,
            limit,
            places: Vec::new(),
            readers: Vec::new(),
            attached: 0,
            at_first: 0,
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
        let mut backlog = VecDeque::new();
        let is_opening = self.phase == Phase::Opening;
        if !is_opening && let Keeping::Last(Some(last)) = &self.keeping {
            backlog.push_back(last.clone());
        }
        let has_other = !backlog.is_empty();
        let standing = Standing::InTheLog;
        let reader = Some(Reader { standing, backlog, policy, losses });
        let free = self.readers.iter().position(Option::is_none);
        let place = free.unwrap_or(self.readers.len());
        if free.is_some() {
            self.readers[place] = reader;
        } else {
            self.readers.push(reader);
            self.places.push(NOWHERE);
        }
        let next = if is_opening { self.gone } else { self.end() };
        self.attach(place, Place { next, has_other });
        place
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
        while self.readers.pop_if(|reader| reader.is_none()).is_some() {
            self.places.pop();
        }
        self.trim().max(1)
    }

    /// Publishes a message, or gives it back if it has to wait for room.
    pub(super) fn append(&mut self, message: T) -> Result<Appended, T> {
        let gave_way = self.messages.len() >= self.limit;
        if gave_way && !self.make_room() {
            return Err(message);
        }
        if self.detached > 0 {
            self.append_beside(&message);
        }
        if let Keeping::Last(last) = &mut self.keeping {
            *last = Some(message.clone());
        }
        let is_held = self.attached > 0 || self.phase == Phase::Opening;
        if is_held {
            self.messages.push_back(message);
        }
        Ok(Appended { is_heard: is_held || self.detached > 0, gave_way })
    }

    /// Takes the next message for a reader who has left the first behind: the same as
    /// [`take`](Self::take), if it returns one, and more quickly.
    #[inline(always)]
    pub(super) fn take_in_passing(&mut self, place: usize) -> Option<T> {
        let place = &mut self.places[place];
        let at = place.next.wrapping_sub(self.gone) as usize;
        if at == 0 || place.has_other {
            return None;
        }
        let message = self.messages.get(at)?.clone();
        place.next += 1;
        Some(message)
    }

    /// Takes the next message for a reader; the second is how many that may have kept
    /// waiting.
    pub(super) fn take(&mut self, place: usize) -> (Found<T>, usize) {
        let Place { next, has_other } = self.places[place];
        if has_other || next == NOWHERE.next {
            return (self.take_beside(place), 0);
        }
        let at = (next - self.gone) as usize;
        let Some(message) = self.messages.get(at) else {
            let is_over = self.phase == Phase::Closed;
            return (if is_over { Found::End } else { Found::Nothing }, 0);
        };
        self.places[place].next += 1;
        if at > 0 {
            return (Found::Message(message.clone()), 0);
        }
        if self.at_first > 1 || self.phase == Phase::Opening {
            self.at_first -= 1;
            let message = Found::Message(message.clone());
            // Those who are left here may all be of the kind that makes way.
            let may_have_been_waited_for = self.reader(place).policy == Policy::Wait;
            return (message, usize::from(may_have_been_waited_for));
        }
        let first = self.messages.pop_front().expect("there is one at least");
        self.gone += 1;
        self.at_first = self.standing_at_first();
        (Found::Message(first), 1)
    }

    /// Whether something waits for a reader.
    pub(super) fn has_some(&self, place: usize) -> bool {
        let Place { next, .. } = self.places[place];
        !self.reader(place).backlog.is_empty() || next < self.end()
    }

    /// Holds what is published for those who have subscribed, and for nobody else. Returns
    /// how many that may have kept waiting.
    pub(super) fn open(&mut self) -> usize {
        if self.phase == Phase::Opening {
            self.phase = Phase::Open;
        }
        self.trim().max(1)
    }

    /// Publishes no more.
    pub(super) fn close(&mut self) {
        self.open();
        self.phase = Phase::Closed;
    }

    fn end(&self) -> u64 {
        self.gone + self.messages.len() as u64
    }

    fn reader(&self, place: usize) -> &Reader<T> {
        self.readers[place].as_ref().expect("who reads was added")
    }

    /// Applies the policies of those who are too slow. Returns `false` if one of them is
    /// to be waited for: then nothing has changed.
    fn make_room(&mut self) -> bool {
        let first = self.gone;
        let mut all = self.places.iter().zip(&self.readers);
        let is_waited_for = all.any(|(place, reader)| {
            place.next == first
                && reader.as_ref().is_some_and(|it| it.policy == Policy::Wait)
        });
        if self.phase == Phase::Opening || is_waited_for {
            return false;
        }
        for place in 0..self.readers.len() {
            if self.places[place].next != first {
                continue;
            }
            let Some(reader) = &mut self.readers[place] else { continue };
            match reader.policy {
                Policy::Wait => unreachable!("nobody is to be waited for"),
                Policy::DropOldest => {
                    reader.losses.count_one();
                    self.places[place].next += 1;
                    self.at_first -= 1;
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

    /// Takes a reader off the log who stands at its beginning, with copies of all of it.
    fn detach(&mut self, place: usize, standing: Standing) {
        let unread: Vec<T> = self.messages.iter().cloned().collect();
        self.leave(place);
        if let Some(reader) = &mut self.readers[place] {
            reader.backlog.extend(unread);
            reader.standing = standing;
        }
        self.detached += u32::from(standing == Standing::Beside);
    }

    /// Has a reader stand at a place in the log.
    fn attach(&mut self, place: usize, at: Place) {
        self.places[place] = at;
        self.attached += 1;
        self.at_first += usize::from(at.next == self.gone);
    }

    /// Leaves all that a reader has not read to the others.
    fn leave(&mut self, place: usize) {
        let left = std::mem::replace(&mut self.places[place], NOWHERE);
        self.attached -= 1;
        self.at_first -= usize::from(left.next == self.gone);
    }

    fn standing_at_first(&self) -> usize {
        self.places.iter().filter(|place| place.next == self.gone).count()
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
        let reader = self.readers[place].as_mut().expect("who reads was added");
        let message = reader.backlog.pop_front();
        if reader.backlog.is_empty() {
            match reader.standing {
                Standing::InTheLog => self.places[place].has_other = false,
                Standing::Beside => {
                    reader.standing = Standing::InTheLog;
                    self.detached -= 1;
                    let next = self.end();
                    self.attach(place, Place { next, has_other: false });
                }
                Standing::LetGo => {}
            }
        }
        message.map_or(Found::End, Found::Message)
    }

    /// Drops what all have taken. Returns how much that was.
    fn trim(&mut self) -> usize {
        if self.at_first > 0 || self.phase == Phase::Opening {
            return 0;
        }
        let least = self.places.iter().map(|place| place.next).min();
        let first = least.map_or(self.end(), |next| next.min(self.end()));
        let taken = (first - self.gone) as usize;
        self.messages.drain(..taken);
        self.gone = first;
        self.at_first = self.standing_at_first();
        taken
    }
}
