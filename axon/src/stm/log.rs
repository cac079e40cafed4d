//! # Log
//!
//! What a [transaction](crate::stm::Transaction) has to do: an entry for each variable
//! that it has touched, with the version that it read and the value that it is going to
//! write. The entries with a version are the *read set*, those with a value the *write
//! set*, and an entry may be in both.
//!
//! Nearly all transactions touch a few numbers, and many are over in less time than an
//! allocation takes. So the first entries lie in the log itself, and an entry owns
//! nothing: making it is three stores, and dropping it is nothing at all. What has to be
//! owned lies beside them, and is made when it is needed.

use std::any::Any;
use std::collections::BTreeMap;
use std::mem::{self, ManuallyDrop};
use std::sync::Arc;

use smallvec::SmallVec;

use super::slot::AnySlot;
use super::word;

/// So many entries lie in the log itself.
pub(crate) const FEW: usize = 4;

/// A longer log has an index.
const SHORT: usize = 16;

/// What a transaction has to do with one variable.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    slot: SlotRef<'a>,
    /// The slot's, by which it is found, and sorted.
    number: u64,
    seen: u64,
    write: Write,
}

/// No version: the variable was not read. No commit lives to see it.
pub(crate) const UNREAD: u64 = u64::MAX;

#[derive(Clone, Copy)]
enum SlotRef<'a> {
    Lent(&'a AnySlot),
    /// Where it stands among those that were given.
    Given(usize),
}

/// What is to be written.
#[derive(Clone, Copy)]
enum Write {
    Nothing,
    Word(u64),
    /// Where it stands among the whole values.
    Whole(usize),
}

/// What a transaction has to do.
#[derive(Default)]
pub(crate) struct Log<'a> {
    entries: SmallVec<[Entry<'a>; FEW]>,
    more: Extra,
}

/// Dropped by hand, which says that mostly there is nothing to be dropped: the compiler
/// would have a call look after that.
#[derive(Default)]
struct Extra(ManuallyDrop<Option<Box<More>>>);

impl Drop for Extra {
    #[inline]
    fn drop(&mut self) {
        #[cold]
        fn for_good(more: Option<Box<More>>) {
            drop(more);
        }
        if self.0.is_some() {
            for_good(self.0.take());
        }
    }
}

/// What most transactions do not need.
#[derive(Default)]
struct More {
    given: Vec<Arc<AnySlot>>,
    /// Values that are to be written and do not fit into a word; in a commit, those that
    /// were there before, which are dropped when nothing is locked any more.
    wholes: Vec<Box<dyn Any + Send>>,
    /// Where each variable stands, once the log is long.
    index: BTreeMap<u64, usize>,
    /// What was to be written, and where, before it was written over.
    undo: Vec<(usize, Write)>,
    /// How many alternatives are under way, each in the one before: then what is written
    /// over is kept.
    depth: u32,
}

/// Where an alternative began.
pub(crate) struct Mark(usize);

impl<'a> Log<'a> {
    /// Finds the entry of a slot.
    #[inline]
    pub(crate) fn find(&self, slot: &AnySlot) -> Option<usize> {
        let sought = slot.number;
        if self.entries.len() > SHORT {
            return self.look_up(sought);
        }
        self.entries.iter().position(|entry| entry.number == sought)
    }

    #[cold]
    fn look_up(&self, sought: u64) -> Option<usize> {
        self.more.0.as_ref()?.index.get(&sought).copied()
    }

    /// Makes an entry for a slot that is lent and has none, with the version that was read.
    #[inline]
    pub(crate) fn lend(&mut self, slot: &'a AnySlot, seen: u64) {
        self.add(SlotRef::Lent(slot), slot.number, seen);
    }

    /// Makes an entry for a slot that is given and has none, with the version that was
    /// read.
    pub(crate) fn give(&mut self, slot: Arc<AnySlot>, seen: u64) {
        let number = slot.number;
        let given = &mut self.more().given;
        given.push(slot);
        let slot = SlotRef::Given(given.len() - 1);
        self.add(slot, number, seen);
    }

    #[inline]
    fn add(&mut self, slot: SlotRef<'a>, number: u64, seen: u64) {
        if self.entries.len() >= SHORT {
            self.keep_index(number);
        }
        let write = Write::Nothing;
        self.entries.push(Entry { slot, number, seen, write });
    }

    /// Notes where the next entry will stand; and those before it, if it is the first that
    /// makes the log a long one.
    #[cold]
    fn keep_index(&mut self, next: u64) {
        let known = self.more().index.len();
        for at in known..self.entries.len() {
            let number = self.entries[at].number;
            self.more().index.insert(number, at);
        }
        let at = self.entries.len();
        self.more().index.insert(next, at);
    }

    /// Returns how many entries there are, which is where the next will stand.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns the version that was read, if it was.
    #[inline]
    pub(crate) fn seen(&self, at: usize) -> Option<u64> {
        let seen = self.entries[at].seen;
        (seen != UNREAD).then_some(seen)
    }

    /// Notes the version that was read.
    #[inline]
    pub(crate) fn see(&mut self, at: usize, version: u64) {
        self.entries[at].seen = version;
    }

    /// Returns what is to be written, if anything is.
    pub(crate) fn written<T: Clone + 'static>(&self, at: usize) -> Option<T> {
        let written = match self.entries[at].write {
            Write::Nothing => return None,
            Write::Word(word) => word::unpack(word),
            Write::Whole(at) => self.whole(at).downcast_ref::<T>().cloned(),
        };
        Some(written.expect("the values of a variable are of one type"))
    }

    fn whole(&self, at: usize) -> &(dyn Any + Send) {
        &*self.more.0.as_ref().expect("it is there, if a value is").wholes[at]
    }

    /// Notes what is to be written.
    #[inline]
    pub(crate) fn write<T: Send + 'static>(&mut self, at: usize, value: T) {
        if self.more.0.as_ref().is_some_and(|more| more.depth > 0) {
            let before = self.entries[at].write;
            self.more().undo.push((at, before));
        }
        self.entries[at].write = match word::pack(&value) {
            Some(word) => Write::Word(word),
            None => self.keep_whole(Box::new(value)),
        };
    }

    fn keep_whole(&mut self, value: Box<dyn Any + Send>) -> Write {
        let wholes = &mut self.more().wholes;
        wholes.push(value);
        Write::Whole(wholes.len() - 1)
    }

    /// Sorts the entries, in the one order in which all transactions lock. What was found
    /// is no longer where it was.
    #[inline]
    pub(crate) fn sort(&mut self) {
        match self.entries.as_mut_slice() {
            [] | [_] => {}
            [first, second] if first.number < second.number => {}
            [first, second] => mem::swap(first, second),
            many => many.sort_unstable_by_key(|entry| entry.number),
        }
    }

    /// Begins an alternative: what is written from now on can be taken back.
    pub(crate) fn begin_alternative(&mut self) -> Mark {
        let more = self.more();
        more.depth += 1;
        Mark(more.undo.len())
    }

    /// Ends an alternative whose writes stay.
    pub(crate) fn keep(&mut self) {
        let more = self.more();
        more.depth -= 1;
        if more.depth == 0 {
            more.undo.clear();
        }
    }

    /// Ends an alternative, and takes its writes back, the last one first. What it has
    /// read stays read.
    pub(crate) fn take_back(&mut self, Mark(mark): Mark) {
        let more = self.more();
        more.depth -= 1;
        for (at, before) in more.undo.split_off(mark).into_iter().rev() {
            self.entries[at].write = before;
        }
    }

    #[cold]
    fn more(&mut self) -> &mut More {
        self.more.0.get_or_insert_default()
    }

    #[inline]
    fn slot<'b>(&'b self, entry: &Entry<'b>) -> &'b AnySlot {
        match entry.slot {
            SlotRef::Lent(slot) => slot,
            SlotRef::Given(at) => {
                &self
                    .more
                    .0
                    .as_ref()
                    .expect("it is there, if a slot was given")
                    .given[at]
            }
        }
    }

    /// Returns what was read: each slot, and the version that was seen.
    #[inline]
    pub(crate) fn reads(&self) -> impl Iterator<Item = (&AnySlot, u64)> {
        let read = self.entries.iter().filter(|entry| entry.seen != UNREAD);
        read.map(|entry| (self.slot(entry), entry.seen))
    }

    /// Whether all that was read is as it was, and nobody is about to change it.
    #[inline]
    pub(crate) fn reads_hold(&self) -> bool {
        self.reads().all(|(slot, seen)| slot.is_still(seen))
    }

    // The steps of a commit.

    #[inline]
    fn writes(&self) -> impl Iterator<Item = &Entry<'a>> {
        self.entries.iter().filter(|entry| entry.is_write())
    }

    #[inline]
    pub(crate) fn has_writes(&self) -> bool {
        self.writes().next().is_some()
    }

    /// Locks what is to be written. Returns the latest of its versions, and whether all
    /// of it that was read is as it was.
    #[inline]
    pub(crate) fn lock(&self) -> (u64, bool) {
        let (mut latest, mut holds) = (0, true);
        for entry in self.writes() {
            let version = self.slot(entry).lock().version();
            latest = latest.max(version);
            holds &= entry.seen == UNREAD || entry.seen == version;
        }
        (latest, holds)
    }

    /// Whether all that was read, and is not to be written, is as it was.
    #[inline]
    pub(crate) fn mere_reads_hold(&self) -> bool {
        let mut read = self.entries.iter().filter(|entry| !entry.is_write());
        read.all(|it| it.seen == UNREAD || self.slot(it).is_still(it.seen))
    }

    /// Unlocks what was to be written, as it was.
    #[cold]
    pub(crate) fn unlock(&self) {
        self.writes().for_each(|entry| self.slot(entry).unlock());
    }

    /// Puts the values in their places, and unlocks each under the new version. Returns
    /// whether anybody waits for any of them.
    ///
    /// Whoever sees the first of them finds the others locked, or changed.
    #[inline]
    pub(crate) fn publish(&mut self, version: u64) -> bool {
        let Self { entries, more } = self;
        let mut is_awaited = false;
        for entry in entries.iter() {
            match entry.write {
                Write::Nothing => continue,
                Write::Word(word) => entry.slot.get(more).set_word(word),
                Write::Whole(at) => exchange(more, entry.slot, at),
            }
            is_awaited |= entry.slot.get(more).publish(version);
        }
        is_awaited
    }

    /// Wakes those who wait for what was written.
    #[cold]
    pub(crate) fn wake_all(&self) {
        self.writes().for_each(|entry| self.slot(entry).wake_all());
    }
}

/// Puts a whole value into its slot, and what was there into its place.
fn exchange(more: &mut Extra, slot: SlotRef, at: usize) {
    let more = more.0.as_mut().expect("it is there, if a value is");
    let More { given, wholes, .. } = &mut **more;
    let slot = match slot {
        SlotRef::Lent(slot) => slot,
        SlotRef::Given(at) => &given[at],
    };
    slot.exchange_whole(&mut *wholes[at]);
}

impl<'a> SlotRef<'a> {
    #[inline]
    fn get<'b>(&self, more: &'b Extra) -> &'b AnySlot
    where
        'a: 'b,
    {
        match *self {
            SlotRef::Lent(slot) => slot,
            SlotRef::Given(at) => {
                &more.0.as_ref().expect("it is there, if a slot was given").given[at]
            }
        }
    }
}

impl Entry<'_> {
    #[inline]
    fn is_write(&self) -> bool {
        !matches!(self.write, Write::Nothing)
    }
}
