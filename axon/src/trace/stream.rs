//! # Stream
//!
//! Lines on their way to a file or to a viewer: [batches](crate::trace::record) are handed
//! to a thread, whose [scribe](crate::trace::scribe) writes them out. So the system pays
//! for noting what happens, and not for saying it.
//!
//! So many batches may be under way, and no more. When they are, a recording has the
//! system wait, because it is to be whole. A viewer has not: its lines are lost, and
//! counted, until it has caught up; then it is told how many, and gets a new snapshot.
//! Only while a viewer has the system stop now and then does the system wait for it.
//!
//! **Invariant:** a viewer that reads nothing costs no memory but a bounded amount.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Write};
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::trace::event::Event;
use crate::trace::observer::{Happening, Stock};
use crate::trace::record::{Batch, What};
use crate::trace::scribe::Scribe;

/// So many batches may be under way.
const UNDER_WAY: usize = 16;

/// There is always room for what is said last, and for the question whether it was.
const LAST_WORDS: usize = 2;

/// So many answers are kept for a viewer that has lost something.
const ANSWERS: usize = 16;

/// What is to be done when too much is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// The system waits.
    Waits,
    /// What happens is lost, and counted.
    Loses,
}

/// Lines on their way.
pub(crate) struct Stream {
    batch: Batch,
    to_thread: Option<SyncSender<Parcel>>,
    /// How many parcels are under way.
    under_way: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
    patience: Patience,
    /// How many events were lost since a viewer last had all.
    lost: u64,
    /// What is to be said when it has all again.
    answers: VecDeque<Event>,
    /// Whether the system is to be told when there is room again. It is set before the
    /// system looks whether there is, and the thread makes room before it looks here: so
    /// one of the two sees the other, which is why the order of all of it is fixed.
    is_awaited: Arc<AtomicBool>,
    is_gone: bool,
    /// The turn in which something happened last.
    t: u64,
}

/// What is handed to the thread.
enum Parcel {
    Batch(Batch),
    /// Asks for an answer when all that came before has been written.
    Receipt(SyncSender<Result<(), Loss>>),
}

/// What could not be written, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Loss {
    pub(crate) events: u64,
    pub(crate) why: String,
}

impl Stream {
    /// Starts a thread that writes to `output`, and rings when there is room again for
    /// what was lost.
    ///
    /// # Errors
    ///
    /// If the thread cannot be started.
    pub(crate) fn to(
        output: impl Write + Send + 'static,
        patience: Patience,
        ring: impl Fn() + Send + 'static,
    ) -> io::Result<Self> {
        let (to_thread, parcels) = sync_channel(UNDER_WAY + LAST_WORDS);
        let under_way = Arc::<AtomicUsize>::default();
        let count = under_way.clone();
        let writer = thread::Builder::new().name("trace".to_string());
        let goes_on = patience == Patience::Waits;
        let is_awaited = Arc::<AtomicBool>::default();
        let awaited = is_awaited.clone();
        let arrived = move || {
            let before = count.fetch_sub(1, Ordering::SeqCst);
            if before <= UNDER_WAY / 2 && awaited.swap(false, Ordering::SeqCst) {
                ring();
            }
        };
        let thread =
            writer.spawn(move || write(output, goes_on, &parcels, arrived))?;
        Ok(Self {
            batch: Batch::default(),
            to_thread: Some(to_thread),
            under_way,
            thread: Some(thread),
            patience,
            lost: 0,
            answers: VecDeque::new(),
            is_awaited,
            is_gone: false,
            t: 0,
        })
    }

    /// Says who is there, and before it, how much was lost.
    pub(crate) fn take_stock(&mut self, t: u64, stock: Stock) {
        let lost = mem::take(&mut self.lost);
        if lost > 0 {
            self.batch.push(t, What::Lost(lost));
        }
        self.batch.push(t, What::Stock(Box::new(stock)));
        for answer in mem::take(&mut self.answers) {
            self.batch.push(t, What::Event(Box::new(answer)));
        }
        self.ship();
    }

    /// Says something that is not to be lost.
    pub(crate) fn answer(&mut self, t: u64, answer: Event) {
        self.t = t;
        if self.lost == 0 {
            self.batch.push(t, What::Event(Box::new(answer)));
            return self.ship();
        }
        // Whoever asks and does not read is told the last of it.
        if self.answers.len() == ANSWERS {
            self.answers.pop_front();
        }
        self.answers.push_back(answer);
    }

    /// Notes what has happened.
    pub(crate) fn take(&mut self, t: u64, happening: &Happening, keeps_text: bool) {
        self.t = t;
        if self.lost > 0 {
            self.lost += 1;
            return;
        }
        self.batch.note(t, happening, keeps_text);
        if self.batch.is_full() {
            self.ship();
        }
    }

    /// Passes on what was held back.
    pub(crate) fn flush(&mut self) {
        if !self.batch.records.is_empty() {
            self.ship();
        }
    }

    pub(crate) fn set_patience(&mut self, patience: Patience) {
        self.patience = patience;
    }

    /// Whether what it is told is lost.
    pub(crate) fn is_losing(&self) -> bool {
        self.lost > 0
    }

    /// Counts what it was not even told, because it would have been lost.
    pub(crate) fn miss(&mut self, events: u64) {
        self.lost += events;
    }

    /// Whether something was lost, and half of what was under way has arrived, or may be
    /// waited for.
    pub(crate) fn is_behind(&self) -> bool {
        let has_room = || self.under_way.load(Ordering::SeqCst) <= UNDER_WAY / 2;
        self.lost > 0 && (self.patience == Patience::Waits || has_room())
    }

    /// Whether nobody reads any more.
    pub(crate) fn is_gone(&self) -> bool {
        self.is_gone || self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits until all has been written, and returns what could not be.
    pub(crate) fn finish(&mut self) -> Result<(), Loss> {
        self.flush();
        let (answer, receipt) = sync_channel(1);
        let Some(to_thread) = &self.to_thread else { return Ok(()) };
        self.under_way.fetch_add(1, Ordering::SeqCst);
        if to_thread.send(Parcel::Receipt(answer)).is_err() {
            return Ok(());
        }
        receipt.recv().unwrap_or(Ok(()))
    }

    /// Lets the thread write what it has, as long as it never takes longer than the limit
    /// for a batch. The last event has been handed over; if it was lost, it is said all
    /// the same.
    pub(crate) fn close(&mut self, limit: Duration) {
        if self.lost > 0 {
            self.batch.push(self.t, What::Lost(self.lost - 1));
            self.batch.push(self.t, What::Event(Box::new(Event::End)));
        }
        let batch = mem::take(&mut self.batch);
        let (answer, receipt) = sync_channel(1);
        let Some(to_thread) = self.to_thread.take() else { return };
        self.under_way.fetch_add(LAST_WORDS, Ordering::SeqCst);
        if to_thread.try_send(Parcel::Batch(batch)).is_ok()
            && to_thread.try_send(Parcel::Receipt(answer)).is_ok()
        {
            let under_way = || self.under_way.load(Ordering::SeqCst);
            let mut before = under_way();
            while receipt.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                let now = under_way();
                if now == before {
                    // Nobody reads any more.
                    return;
                }
                before = now;
            }
        }
    }

    fn ship(&mut self) {
        let batch = mem::take(&mut self.batch);
        let Some(to_thread) = &self.to_thread else { return };
        let is_full = self.under_way.load(Ordering::SeqCst) >= UNDER_WAY;
        if is_full && self.patience == Patience::Loses {
            self.lost += batch.events();
            self.is_awaited.store(true, Ordering::SeqCst);
            return;
        }
        self.under_way.fetch_add(1, Ordering::SeqCst);
        self.is_gone |= to_thread.send(Parcel::Batch(batch)).is_err();
    }
}

impl Drop for Stream {
    /// Lets the thread write all that it has been handed.
    fn drop(&mut self) {
        self.flush();
        self.to_thread = None;
        if let Some(thread) = self.thread.take() {
            // A panic of it has been printed, and concerns nobody who is left.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Stream({:?}, {} lost)", self.patience, self.lost)
    }
}

/// Writes what is handed over. When a disk is full, what comes from then on is counted;
/// when a viewer goes away, there is nobody to tell.
fn write(
    mut output: impl Write,
    goes_on: bool,
    parcels: &Receiver<Parcel>,
    arrived: impl Fn(),
) {
    let mut scribe = Scribe::new();
    let mut outcome = Ok(());
    while let Ok(parcel) = parcels.recv() {
        arrived();
        match parcel {
            Parcel::Batch(batch) => {
                let events = batch.events();
                match &mut outcome {
                    Ok(()) => {
                        scribe.write(batch);
                        let written = output.write_all(scribe.page());
                        scribe.page().clear();
                        if let Err(error) = written {
                            if !goes_on {
                                return;
                            }
                            outcome = Err(Loss { events, why: error.to_string() });
                        }
                    }
                    Err(loss) => loss.events += events,
                }
            }
            Parcel::Receipt(answer) => {
                let _ = answer.send(outcome.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::atomic::Ordering;
    use std::sync::mpsc::{Receiver, channel};

    use super::{Patience, Stream, UNDER_WAY};
    use crate::trace::observer::{Happening, Stock};
    use crate::trace::record::FULL;

    /// Somebody who reads nothing until the other end is dropped.
    struct Asleep(Receiver<()>);

    impl Write for Asleep {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_viewer_that_reads_nothing_costs_no_memory_but_a_bounded_amount() {
        const EVENTS: u64 = 1_000_000;
        let (morning, asleep) = channel();
        let (rung, bell) = channel();
        let ring = move || rung.send(()).unwrap();
        let mut stream = Stream::to(Asleep(asleep), Patience::Loses, ring).unwrap();
        for t in 0..EVENTS {
            stream.take(t, &Happening::Turn(1), false);
        }
        let under_way = stream.under_way.load(Ordering::SeqCst);
        assert!(under_way <= UNDER_WAY, "{under_way}");
        assert!(stream.batch.records.len() < FULL);
        let kept = (UNDER_WAY + 2) as u64 * FULL as u64;
        assert!(stream.lost >= EVENTS - kept && stream.lost < EVENTS);
        // When it reads again, the system is told, and can tell what was lost.
        assert!(!stream.is_behind());
        drop(morning);
        bell.recv().unwrap();
        assert!(stream.is_behind());
        let (components, links, numbers) = (Vec::new(), Vec::new(), Vec::new());
        stream.take_stock(EVENTS, Stock { components, links, numbers });
        assert_eq!(stream.lost, 0);
        assert_eq!(stream.finish(), Ok(()));
    }
}
