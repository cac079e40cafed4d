//! # Label
//!
//! What is put on a box of a system that is observed, or may come to be: its number, and
//! to whom to report. Boxes without one have nobody to tell, and do not look.
//!
//! It also knows how to show a message. Not every message can be shown, and Rust does not
//! say of a `T` whether it can; but where a component declares its boxes, the types are
//! known. So [`boxes!`](crate::boxes) asks there, with a [`Face`], and what one end of a
//! linkage knows, the other learns with the first message.
//!
//! Ancestor: none; in Python everything can be shown.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

use crate::trace::reporter::{Reporter, SHOWN};

/// How a message is shown.
pub type Show<T> = fn(&T, &mut dyn fmt::Write) -> fmt::Result;

/// What is put on a box that is observed.
pub(crate) struct Label<T> {
    pub(crate) reporter: Rc<Reporter>,
    /// Another one when the box is handed on, and nobody's when its component is gone.
    number: Cell<u32>,
    show: Cell<Option<Show<T>>>,
}

/// The number of no box.
const NOBODY: u32 = u32::MAX;

impl<T> Label<T> {
    pub(crate) fn new(
        reporter: &Rc<Reporter>,
        number: u32,
        show: Option<Show<T>>,
    ) -> Rc<Self> {
        let (number, show) = (Cell::new(number), Cell::new(show));
        Rc::new(Self { reporter: reporter.clone(), number, show })
    }

    pub(crate) fn number(&self) -> u32 {
        self.number.get()
    }

    /// Has it be called something else.
    pub(crate) fn renumber(&self, number: u32) {
        self.number.set(number);
    }

    /// Has it be called nothing, because its component is gone.
    pub(crate) fn void(&self) {
        self.number.set(NOBODY);
    }

    /// A message has come; it was sent by a component if its outbox has a label.
    pub(crate) fn put(
        &self,
        from: Option<&Rc<Self>>,
        depth: usize,
        text: Option<&str>,
    ) {
        match from.map(|from| from.number()).filter(|number| *number != NOBODY) {
            Some(from) => self.reporter.sent(from, self.number(), depth, text),
            None => self.reporter.arrived(self.number(), depth, text),
        }
    }

    /// The owner has taken a message.
    pub(crate) fn taken(&self, depth: usize, text: Option<&str>) {
        self.reporter.received(self.number(), depth, text);
    }

    /// A message was taken to make room.
    pub(crate) fn displaced(&self, depth: usize, text: Option<&str>) {
        self.reporter.displaced(self.number(), depth, text);
    }

    /// The inbox has another limit.
    pub(crate) fn resized(&self, capacity: usize) {
        self.reporter.resized(self.number(), limit(capacity));
    }

    /// The owner is about to sleep until something comes.
    pub(crate) fn waits_for_message(&self) {
        self.reporter.waits_for_message(self.number());
    }

    /// A sender is about to sleep until there is room.
    pub(crate) fn waits_for_room(&self) {
        self.reporter.waits_for_room(self.number());
    }

    /// Makes the text of a message that arrives here, if anybody wants it. Whoever sends
    /// it may know better how it is shown.
    pub(crate) fn text(
        &self,
        sender: Option<&Rc<Self>>,
        message: &T,
    ) -> Option<String> {
        let known = self.show.get();
        let show = known.or_else(|| sender.and_then(|sender| sender.show.get()))?;
        self.show.set(Some(show));
        let numbers = [Some(self.number()), sender.map(|sender| sender.number())];
        self.reporter.text(numbers, |text| {
            // What says that there was no more room is no news.
            let _ = show(message, &mut Shortened(text));
        })
    }
}

/// Returns a capacity as lines have it: none is no limit.
pub(crate) fn limit(capacity: usize) -> Option<usize> {
    (capacity != usize::MAX).then_some(capacity)
}

/// A text that takes so many characters and no more.
struct Shortened<'a>(&'a mut String);

impl fmt::Write for Shortened<'_> {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        // There are never more characters than bytes, so a short text is not counted.
        if self.0.len() + more.len() <= SHOWN {
            self.0.push_str(more);
            return Ok(());
        }
        let left = SHOWN.saturating_sub(self.0.chars().count());
        match more.char_indices().nth(left) {
            None => self.0.push_str(more),
            Some((end, _)) => {
                if !self.0.ends_with('…') {
                    self.0.push_str(&more[..end]);
                    self.0.push('…');
                }
                return Err(fmt::Error);
            }
        }
        Ok(())
    }
}

/// Finds out how messages of a type are shown. [`boxes!`](crate::boxes) asks it, and
/// nobody else needs to.
///
/// Of the three traits below, the compiler takes the first that fits, because each is
/// implemented for one reference more than the one before. A generic component, whose
/// messages may be anything, gets the last.
#[derive(Debug)]
pub struct Face<T>(PhantomData<fn(&T)>);

impl<T> Face<T> {
    /// Asks about the messages of a box.
    pub fn of<B: Carries<Message = T>>(_: &B) -> Self {
        Self(PhantomData)
    }
}

/// A box, which carries messages of a type.
pub trait Carries {
    /// What it carries.
    type Message;

    /// Says how its messages are shown.
    fn show_by(&self, show: Option<Show<Self::Message>>);
}

/// The message is a text: it is shown as it is.
pub trait ShowText<T> {
    /// Returns how it is shown.
    fn show(&self) -> Option<Show<T>>;
}

impl<T: AsRef<str>> ShowText<T> for &&Face<T> {
    fn show(&self) -> Option<Show<T>> {
        Some(|message, out| out.write_str(message.as_ref()))
    }
}

/// The message can be printed for programmers: it is shown so.
pub trait ShowDebug<T> {
    /// Returns how it is shown.
    fn show(&self) -> Option<Show<T>>;
}

impl<T: fmt::Debug> ShowDebug<T> for &Face<T> {
    fn show(&self) -> Option<Show<T>> {
        Some(|message, out| write!(out, "{message:?}"))
    }
}

/// Nothing is known about the message: it is not shown.
pub trait ShowNothing<T> {
    /// Returns how it is shown.
    fn show(&self) -> Option<Show<T>>;
}

impl<T> ShowNothing<T> for Face<T> {
    fn show(&self) -> Option<Show<T>> {
        None
    }
}

#[cfg(test)]
#[expect(clippy::needless_borrow, reason = "the borrows are the question")]
mod tests {
    use std::fmt::Write;

    use super::{Carries, Face, Shortened, Show, ShowDebug, ShowNothing, ShowText};

    struct Carrier<T>(T);

    impl<T> Carries for Carrier<T> {
        type Message = T;

        fn show_by(&self, _: Option<Show<T>>) {}
    }

    struct Secret;

    fn generic<T>(carrier: &Carrier<T>) -> bool {
        (&&&Face::of(carrier)).show().is_some()
    }

    #[test]
    fn what_can_be_shown_is_found_out_where_the_type_is_known() {
        let mut shown = String::new();
        let text = Carrier("a \"word\"".to_string());
        (&&&Face::of(&text)).show().unwrap()(&text.0, &mut shown).unwrap();
        assert_eq!(shown, "a \"word\"");

        let number = Carrier(Some(7));
        shown.clear();
        (&&&Face::of(&number)).show().unwrap()(&number.0, &mut shown).unwrap();
        assert_eq!(shown, "Some(7)");

        assert!((&&&Face::of(&Carrier(Secret))).show().is_none());
        assert!(
            !generic(&number),
            "a generic component knows nothing of its messages"
        );
    }

    #[test]
    fn a_message_is_shown_up_to_sixty_characters() {
        let shown = |length: usize| {
            let mut text = String::new();
            let message = "ü".repeat(length);
            let _ = write!(Shortened(&mut text), "{message}{message}");
            text
        };
        assert_eq!(shown(30), "ü".repeat(60));
        assert_eq!(shown(31), "ü".repeat(60) + "…");
        assert_eq!(shown(9_000), "ü".repeat(60) + "…");
    }
}
