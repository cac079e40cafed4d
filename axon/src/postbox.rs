//! # Postbox
//!
//! One link of a chain: an inbox or an outbox as linkages see it. A chain begins at an
//! outbox, may pass out of composites and into others, and ends at an inbox, whose
//! [tray](crate::tray) stores the messages. [`Inbox`](crate::Inbox) and
//! [`Outbox`](crate::Outbox) are the faces that components see; only
//! [`Linkage`](crate::Linkage) joins postboxes.
//!
//! ```text
//! child.outbox ──▶ composite.outbox ──▶ other.inbox ──▶ its child.inbox: [tray]
//!      └────────────────────────── sink ─────────────────────────────────▲
//! ```
//!
//! An inbox *is* its tray, which keeps what it is linked to as well: there may be a million
//! inboxes, and so each is one allocation. An outbox knows the tray at the end of its chain.
//! Who is linked to whom changes seldom, messages pass often: so the end is looked up when
//! linkages change, and never when messages pass.
//!
//! **Invariant:** one hop, however deep the nesting.
//!
//! **Invariant:** a chain has no second way out and no way back into itself.
//!
//! `box` is a reserved word in Rust, which is why nothing here is called one.
//!
//! Ancestor: `postbox` in `Axon/Box.py`.

use std::any::{Any, type_name};
use std::cell::{Cell, OnceCell, Ref, RefCell, RefMut};
use std::collections::VecDeque;
use std::mem;
use std::ptr;
use std::rc::{Rc, Weak};

use compact_str::CompactString;
use smallvec::SmallVec;

use crate::microprocess::MicroprocessId;
use crate::readylist::ReadyList;
use crate::trace::{Label, Observed, Reporter, Show};
use crate::tray::Tray;

/// Which way messages pass through a postbox, seen from its component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// An inbox: messages for the component arrive.
    In,
    /// An outbox: messages of the component leave.
    Out,
}

/// Which boxes a linkage joins; each linkage has its own, so it is the linkage's identity.
pub(crate) struct Route {
    /// The source, as errors name it.
    pub(crate) from: CompactString,
    /// The sink, as errors name it.
    pub(crate) to: CompactString,
}

/// Why two postboxes cannot be joined.
pub(crate) enum Refusal {
    /// The source already leads elsewhere.
    AlreadyLinked(Rc<Route>),
    /// The sink leads to the source.
    Cycle,
    /// They carry different types.
    WrongType,
}

/// An inbox: a tray, which keeps what it is linked to.
pub(crate) type Entry<T> = Tray<T, Linked<T>>;

/// The tray at the end of a chain, if it ends in one. In a `Cell`, because a borrow flag
/// would be set and reset by every message, to guard against what cannot be.
type Sink<T> = Cell<Option<Rc<Entry<T>>>>;

/// An outbox: the way to a tray.
pub(crate) struct Exit<T> {
    sink: Sink<T>,
    /// How its messages are shown, if its component can say.
    show: Cell<Option<Show<T>>>,
    /// Whether its owner has closed it.
    is_closed: Cell<bool>,
    /// Whether a source was ever closed by its owner. It stands here, and not with the
    /// links, because here is room that nothing else has.
    lost_a_source: Cell<bool>,
    /// Made when it is first needed: there may be a million of those who are linked to
    /// nobody.
    back: OnceCell<Box<Back<T>>>,
}

/// What an outbox needs that is linked, or told of, or has nowhere to send to.
struct Back<T> {
    links: RefCell<Links<T>>,
    /// How many messages were sent when the chain led nowhere.
    discarded: Cell<u64>,
    /// What to call it when somebody is told what passes.
    label: OnceCell<Rc<Label<T>>>,
}

// Not derived, which would ask the messages for a default; nor is the next.
impl<T> Default for Back<T> {
    fn default() -> Self {
        let (links, discarded) = (RefCell::default(), Cell::new(0));
        Self { links, discarded, label: OnceCell::new() }
    }
}

/// What an inbox needs that is linked.
pub(crate) struct Linked<T> {
    links: RefCell<Links<T>>,
    /// Whether a source was ever closed by its owner.
    lost_a_source: Cell<bool>,
    /// Whether what was passed on from here, and was not taken, comes back when the inbox
    /// that it waits in is closed.
    takes_back: Cell<bool>,
}

impl<T> Default for Linked<T> {
    fn default() -> Self {
        let (lost_a_source, takes_back) = (Cell::new(false), Cell::new(false));
        Self { links: RefCell::default(), lost_a_source, takes_back }
    }
}

/// What a postbox is linked to.
pub(crate) struct Links<T> {
    next: Option<(Rc<Postbox<T>>, Rc<Route>)>,
    /// Weak, because a source keeps its sink alive, and not the other way round. Mostly it
    /// is one or none, and then they are no allocation of their own.
    sources: Sources<T>,
}

/// Who leads to a postbox.
type Sources<T> = SmallVec<[Weak<Postbox<T>>; 1]>;

impl<T> Default for Links<T> {
    fn default() -> Self {
        Self { next: None, sources: Sources::new() }
    }
}

/// An inbox or an outbox, as linkages see it.
pub(crate) type Postbox<T> = dyn Joint<Message = T>;

/// What can be a link of a chain: an inbox or an outbox.
pub(crate) trait Joint: 'static {
    type Message: 'static;

    /// Returns the tray, if this is an inbox.
    fn tray(&self) -> Option<&Entry<Self::Message>>;
    /// Returns the same, to be kept.
    fn into_tray(self: Rc<Self>) -> Option<Rc<Entry<Self::Message>>>;
    /// Returns where the end of the chain is kept, if this is an outbox. An inbox is asked
    /// for it when linkages change, and not when messages pass, so it looks each time.
    fn kept_end(&self) -> Option<&Sink<Self::Message>>;
    /// Returns the links, if any were ever made.
    fn known_links(&self) -> Option<&RefCell<Links<Self::Message>>>;
    /// Returns the links, from now on.
    fn make_links(&self) -> &RefCell<Links<Self::Message>>;
    /// Returns whether a source was ever closed by its owner, if there are links.
    fn loss(&self) -> Option<&Cell<bool>>;
    fn closed(&self) -> &Cell<bool>;
    fn show(&self) -> &Cell<Option<Show<Self::Message>>>;
    /// Returns what to call it when somebody is told what passes.
    fn known_label(&self) -> Option<&Rc<Label<Self::Message>>>;
    fn put_label_on(&self, label: &Rc<Label<Self::Message>>);
}

impl<T: 'static> Joint for Entry<T> {
    type Message = T;

    fn tray(&self) -> Option<&Entry<T>> {
        Some(self)
    }

    fn into_tray(self: Rc<Self>) -> Option<Rc<Entry<T>>> {
        Some(self)
    }

    fn kept_end(&self) -> Option<&Sink<T>> {
        None
    }

    fn known_links(&self) -> Option<&RefCell<Links<T>>> {
        self.linked().map(|linked| &linked.links)
    }

    fn make_links(&self) -> &RefCell<Links<T>> {
        &self.make_linked().links
    }

    fn loss(&self) -> Option<&Cell<bool>> {
        self.linked().map(|linked| &linked.lost_a_source)
    }

    fn closed(&self) -> &Cell<bool> {
        &self.is_closed
    }

    fn show(&self) -> &Cell<Option<Show<T>>> {
        &self.show
    }

    fn known_label(&self) -> Option<&Rc<Label<T>>> {
        Tray::label(self)
    }

    fn put_label_on(&self, label: &Rc<Label<T>>) {
        self.put_label(label);
    }
}

impl<T: 'static> Joint for Exit<T> {
    type Message = T;

    fn tray(&self) -> Option<&Entry<T>> {
        None
    }

    fn into_tray(self: Rc<Self>) -> Option<Rc<Entry<T>>> {
        None
    }

    fn kept_end(&self) -> Option<&Sink<T>> {
        Some(&self.sink)
    }

    fn known_links(&self) -> Option<&RefCell<Links<T>>> {
        self.back.get().map(|back| &back.links)
    }

    fn make_links(&self) -> &RefCell<Links<T>> {
        &self.back().links
    }

    fn loss(&self) -> Option<&Cell<bool>> {
        Some(&self.lost_a_source)
    }

    fn closed(&self) -> &Cell<bool> {
        &self.is_closed
    }

    fn show(&self) -> &Cell<Option<Show<T>>> {
        &self.show
    }

    fn known_label(&self) -> Option<&Rc<Label<T>>> {
        self.back.get()?.label.get()
    }

    fn put_label_on(&self, label: &Rc<Label<T>>) {
        let first = self.back().label.set(label.clone()).is_ok();
        assert!(first, "a label is put on once, and changed then");
    }
}

/// Whether anybody can still send to an inbox.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Feeders {
    /// Nobody was ever linked to it.
    Never,
    /// Somebody is.
    Living,
    /// All who were have ended.
    Ended,
}

impl<T: 'static> Exit<T> {
    /// Makes an outbox.
    pub(crate) fn new() -> Rc<Self> {
        Rc::new(Self {
            sink: Cell::new(None),
            show: Cell::new(None),
            is_closed: Cell::new(false),
            lost_a_source: Cell::new(false),
            back: OnceCell::new(),
        })
    }

    fn back(&self) -> &Back<T> {
        self.back.get_or_init(Box::default)
    }

    /// Returns it as linkages see it.
    pub(crate) fn as_postbox(&self) -> &Postbox<T> {
        self
    }

    /// Says how the messages are shown that pass here.
    pub(crate) fn show_by(&self, show: Option<Show<T>>) {
        self.show.set(show);
    }

    /// Returns the tray at the end of the chain.
    pub(crate) fn sink(&self) -> Option<Rc<Entry<T>>> {
        let sink = self.sink.take();
        self.sink.set(sink.clone());
        sink
    }

    /// Puts a message into the tray at the end of the chain, or gives it back: if there
    /// is no tray, no room, or anything else to be looked at.
    #[inline(always)]
    pub(crate) fn put_without_ado(&self, message: T) -> Result<(), T> {
        // Between `take` and `replace` no code runs that could change linkages, or that is
        // the user's: no message is dropped.
        let sink = self.sink.take();
        let done = match &sink {
            Some(tray) if tray.is_plain() => tray.put_plain(message),
            _ => Err(message),
        };
        // What was in there is nothing, and need not be looked at to be dropped.
        mem::forget(self.sink.replace(sink));
        done
    }

    /// Puts a message into the tray at the end of the chain, which the caller has found,
    /// and tells those who observe.
    pub(crate) fn put_into(&self, tray: &Entry<T>, message: T) -> Result<(), T> {
        match self.label_of(tray) {
            None => tray.put(message),
            Some(label) => tray.put_and_tell(&label, self.known_label(), message),
        }
    }

    /// Tells those who observe that a sender is about to wait for room.
    pub(crate) fn tell_of_wait(&self, tray: &Entry<T>) {
        if let Some(label) = self.label_of(tray) {
            label.waits_for_room();
        }
    }

    /// Returns the label of the tray at the end of the chain, if anybody is told. The
    /// component there may not have been activated yet, inside a composite that has: then
    /// what is sent to it waits, as far as anybody can see, in the composite's inbox.
    fn label_of(&self, tray: &Entry<T>) -> Option<Rc<Label<T>>> {
        if !tray.is_seen() {
            return None;
        }
        tray.seen().cloned().or_else(|| {
            let next = |postbox: &Rc<Postbox<T>>| postbox.next();
            let chain = std::iter::successors(self.as_postbox().next(), next);
            let known = chain.filter(|postbox| postbox.tray().is_some());
            known.map_while(|postbox| postbox.known_label().cloned()).last()
        })
    }

    /// Counts a message that was sent although the chain leads nowhere.
    pub(crate) fn discard(&self, message: &T) {
        self.count_discarded(1);
        if let Some(label) = self.known_label()
            && label.reporter.is_heard()
        {
            let text = label.text(None, message);
            label.reporter.discarded(label.number(), 1, text.as_deref());
            label.reporter.reuse(text);
        }
    }

    /// Counts the messages of a parcel that was sent although the chain leads nowhere.
    pub(crate) fn discard_all(&self, parcel: &mut VecDeque<T>) {
        let n = parcel.len() as u64;
        self.count_discarded(n);
        parcel.clear();
        if let Some(label) = self.known_label()
            && label.reporter.is_heard()
        {
            label.reporter.discarded(label.number(), n, None);
        }
    }

    fn count_discarded(&self, messages: u64) {
        let discarded = &self.back().discarded;
        discarded.set(discarded.get() + messages);
    }

    /// Returns how many messages were sent when the chain led nowhere.
    pub(crate) fn discarded(&self) -> u64 {
        self.back.get().map_or(0, |back| back.discarded.get())
    }

    /// Puts a parcel into the tray at the end of the chain, as far as there is room.
    /// Returns how many messages that were.
    pub(crate) fn put_all_into(
        &self,
        tray: &Entry<T>,
        parcel: &mut VecDeque<T>,
    ) -> usize {
        let Some(label) = self.label_of(tray) else { return tray.put_all(parcel) };
        let mut put = 0;
        while let Some(message) = parcel.pop_front() {
            if let Err(message) =
                tray.put_and_tell(&label, self.known_label(), message)
            {
                parcel.push_front(message);
                break;
            }
            put += 1;
        }
        put
    }
}

impl<T: 'static> Postbox<T> {
    /// Looks at the links, if any were ever made.
    fn links(&self) -> Option<Ref<'_, Links<T>>> {
        Some(self.known_links()?.borrow())
    }

    fn links_mut(&self) -> RefMut<'_, Links<T>> {
        self.make_links().borrow_mut()
    }

    fn next(&self) -> Option<Rc<Self>> {
        self.links()?.next.as_ref().map(|(next, _)| next.clone())
    }

    /// Returns who leads here.
    fn sources(&self) -> Vec<Rc<Self>> {
        let Some(links) = self.links() else { return Vec::new() };
        links.sources.iter().filter_map(Weak::upgrade).collect()
    }

    /// Says what it is called, and which linkages to others are known by that.
    fn put_label(&self, reporter: &Rc<Reporter>, number: u32) {
        match self.known_label() {
            None => {
                let label = Label::new(reporter, number, self.show().get());
                self.put_label_on(&label);
            }
            // Its owner has handed it on.
            Some(label) => {
                reporter.handed_on(label.number());
                label.renumber(number);
            }
        }
        self.see(reporter.is_heard());
        if let Some(to) = self.next().as_ref().and_then(|next| next.known_label()) {
            reporter.linked(number, to.number());
        }
        let sources: Vec<_> = self
            .sources()
            .into_iter()
            .filter_map(|source| Some((source.known_label()?.number(), source)))
            .collect();
        for (from, _) in &sources {
            reporter.linked(*from, number);
        }
        // What seemed to wait in a composite's inbox is found here.
        let depth = self.depth();
        if depth > 0 {
            let inbox = sources.iter().find(|(_, source)| source.tray().is_some());
            match inbox {
                Some((from, _)) => reporter.moved(*from, number, depth),
                None => reporter.changed(number),
            }
        }
    }

    /// Returns the tray at the end of the chain.
    pub(crate) fn sink(self: &Rc<Self>) -> Option<Rc<Entry<T>>> {
        if let Some(kept) = self.kept_end() {
            let end = kept.take();
            kept.set(end.clone());
            return end;
        }
        self.look_up_the_end()
    }

    fn look_up_the_end(self: &Rc<Self>) -> Option<Rc<Entry<T>>> {
        match self.next() {
            Some(next) => next.sink(),
            None => self.clone().into_tray(),
        }
    }

    /// Looks at the tray at the end of the chain, if it ends in one.
    fn at_the_end<R>(&self, look: impl FnOnce(&Entry<T>) -> R) -> Option<R> {
        match (self.next(), self.tray()) {
            (Some(next), _) => next.sink().map(|end| look(&end)),
            (None, tray) => tray.map(look),
        }
    }

    /// Passes on all that comes here from now on.
    pub(crate) fn link(
        self: &Rc<Self>,
        sink: &Rc<Self>,
        route: &Rc<Route>,
    ) -> Result<(), Refusal> {
        if let Some((_, existing)) = &self.make_links().borrow().next {
            return Err(Refusal::AlreadyLinked(existing.clone()));
        }
        let mut end = Some(sink.clone());
        while let Some(postbox) = end {
            if Rc::ptr_eq(&postbox, self) {
                return Err(Refusal::Cycle);
            }
            end = postbox.next();
        }
        self.links_mut().next = Some((sink.clone(), route.clone()));
        sink.links_mut().sources.push(Rc::downgrade(self));
        if let (Some(from), Some(to)) = (self.known_label(), sink.known_label()) {
            from.reporter.linked(from.number(), to.number());
        }
        self.find_the_end();
        sink.note_dryness();
        Ok(())
    }

    /// Takes a linkage away, if it is still there.
    pub(crate) fn unlink(self: &Rc<Self>, route: &Rc<Route>) {
        if self.leads_along(route) {
            let next = self.links_mut().next.take();
            let (next, _) = next.expect("it leads along the route");
            next.forget(self);
            if let Some(label) = self.known_label() {
                label.reporter.unlinked(label.number());
            }
            self.find_the_end();
            next.note_dryness();
        }
    }

    /// Whether the linkage of that route begins here.
    pub(crate) fn leads_along(&self, route: &Rc<Route>) -> bool {
        let is_it = |(_, it): &(_, Rc<Route>)| Rc::ptr_eq(it, route);
        self.links().is_some_and(|links| links.next.as_ref().is_some_and(is_it))
    }

    /// Removes all linkages: the owner is gone, and so is what waited here, unless it is
    /// taken back.
    pub(crate) fn close(self: &Rc<Self>) {
        self.closed().set(true);
        let sources = self.sources();
        for source in &sources {
            source.links_mut().next = None;
            source.find_the_end();
        }
        if let Some(links) = self.known_links() {
            links.borrow_mut().sources.clear();
            let next = links.borrow_mut().next.take();
            if let Some((next, _)) = next {
                next.forget(self);
                next.loss().expect("it was linked").set(true);
                next.note_dryness();
            }
        }
        if let Some(tray) = self.tray() {
            let left = tray.clear_out();
            let taker = sources.iter().find(|source| source.takes_back());
            match taker.and_then(|taker| taker.clone().into_tray()) {
                Some(taken_back) => self.tell_of_move(left, &taken_back),
                None => {
                    if let Some(label) = tray.seen()
                        && !left.is_empty()
                        && !tray.merges()
                    {
                        let n = left.len() as u64;
                        label.reporter.discarded(label.number(), n, None);
                    }
                    // Dropped when nothing is borrowed: a message may hold a box.
                    drop(left);
                }
            }
        }
        if let Some(label) = self.known_label() {
            label.reporter.closed(label.number());
        }
    }

    /// Whether this is an inbox to which what waits behind it is to come back, or to one
    /// further up.
    fn takes_back(&self) -> bool {
        let Some(tray) = self.tray() else { return false };
        tray.linked().is_some_and(|linked| linked.takes_back.get())
            || self.sources().iter().any(|source| source.takes_back())
    }

    /// Has what waited here wait in another tray, and tells it.
    fn tell_of_move(&self, moved: VecDeque<T>, to: &Rc<Entry<T>>) {
        let is_told = !moved.is_empty() && !to.merges();
        to.take_in(moved);
        if let (true, Some(from), Some(to_label)) =
            (is_told, self.known_label(), to.seen())
        {
            let (from, number) = (from.number(), to_label.number());
            to_label.reporter.moved(from, number, to.depth());
        }
    }

    /// Tells the trays from here to the end of the chain whether more will come.
    fn note_dryness(&self) {
        if let Some(tray) = self.tray() {
            tray.set_dry(self.has_run_dry());
        }
        if let Some(next) = self.next() {
            next.note_dryness();
        }
    }

    /// Whether no more will come: all who were linked to this inbox have ended.
    ///
    /// A linkage that was taken away on purpose does not count: as far as this inbox can
    /// know, another may be made.
    fn has_run_dry(&self) -> bool {
        self.feeders() == Feeders::Ended
    }

    fn feeders(&self) -> Feeders {
        let mut all =
            if self.lost_a_source() { Feeders::Ended } else { Feeders::Never };
        for source in self.sources() {
            // An inbox that leads here says what those say who feed it: a composite's,
            // to which nobody is linked, keeps nobody waiting.
            let its = match source.tray() {
                Some(_) => source.feeders(),
                None => Feeders::Living,
            };
            match its {
                Feeders::Living => return its,
                Feeders::Ended => all = its,
                Feeders::Never => {}
            }
        }
        all
    }

    /// Whether anything was ever linked to this postbox and has ended.
    pub(crate) fn lost_a_source(&self) -> bool {
        self.loss().is_some_and(Cell::get)
    }

    /// Whether anything is linked to this postbox now.
    pub(crate) fn has_sources(&self) -> bool {
        self.links().is_some_and(|links| !links.sources.is_empty())
    }

    fn forget(&self, source: &Rc<Self>) {
        let gone = Rc::as_ptr(source);
        let mut links = self.links_mut();
        links.sources.retain(|known| !ptr::addr_eq(known.as_ptr(), gone));
    }

    /// Looks up the end of the chain anew, here and for all who lead here.
    fn find_the_end(self: &Rc<Self>) {
        let end = self.look_up_the_end();
        let mut before = None;
        if let Some(kept) = self.kept_end() {
            before = kept.replace(end.clone());
            if before.as_ref().map(Rc::as_ptr) == end.as_ref().map(Rc::as_ptr) {
                return;
            }
        }
        if let (Some(label), Some(end)) = (self.known_label(), &end) {
            end.see(label.reporter.is_heard());
        }
        if let (Some(tray), Some(end)) = (self.tray(), &end)
            && !ptr::eq(tray, &raw const **end)
        {
            self.tell_of_move(tray.clear_out(), end);
        }
        if let Some(before) = before {
            before.send_away();
        }
        for source in self.sources() {
            source.find_the_end();
        }
    }

    /// Has it tell what passes through it, or no longer.
    fn see(&self, is_seen: bool) {
        if let Some(tray) = self.tray() {
            tray.see(is_seen);
        }
        // It may be that of somebody who is not known yet.
        self.at_the_end(|tray| tray.see(is_seen));
    }

    /// Returns how many messages wait, as far as anybody can see.
    fn depth(&self) -> usize {
        let Some(tray) = self.tray() else { return 0 };
        if self.known_label().is_none() || tray.merges() {
            return 0;
        }
        // Messages seem to wait here that wait in the tray of somebody not known yet.
        let is_last = self.next().is_none_or(|next| next.known_label().is_none());
        let unknown =
            |end: &Entry<T>| if end.number().is_none() { end.depth() } else { 0 };
        let beyond = is_last.then(|| self.at_the_end(unknown)).flatten();
        tray.depth() + beyond.unwrap_or(0)
    }

    /// Whether an outbox leads here that might be sent to.
    fn is_fed(&self) -> bool {
        let feeds = |source: &Rc<Self>| source.tray().is_none() || source.is_fed();
        self.sources().iter().any(feeds)
    }
}

/// A postbox whose type of message has been forgotten, so that different ones fit into
/// one list; linking brings the type back.
pub(crate) trait AnyPostbox: Observed + 'static {
    fn direction(&self) -> Direction;
    fn message_type(&self) -> &'static str;
    fn link_any(
        self: Rc<Self>,
        sink: Rc<dyn AnyPostbox>,
        route: &Rc<Route>,
    ) -> Result<(), Refusal>;
    fn unlink_any(self: Rc<Self>, route: &Rc<Route>);
    fn leads_along(&self, route: &Rc<Route>) -> bool;
    fn close_any(self: Rc<Self>);
    /// Whether its owner has dropped it.
    fn is_closed(&self) -> bool;
    /// Has what is passed on from here come back if it is not taken.
    fn take_back(&self);
    fn bind(&self, ready: &Rc<ReadyList>, owner: MicroprocessId);
    /// Makes an empty one of the same direction and type.
    fn twin(&self) -> Rc<dyn AnyPostbox>;
    /// Where its tray is, if it is an inbox.
    fn tray_address(&self) -> Option<usize>;
    /// Where the tray at the end of its chain is.
    fn sink_address(&self) -> Option<usize>;
    /// Whether anything leads here.
    fn is_led_to(&self) -> bool;
    /// Whether an outbox leads here that might be sent to.
    fn is_fed(&self) -> bool;
    /// Says what observers call it.
    fn label(&self, reporter: &Rc<Reporter>, number: u32);
    /// Whether anything has been said about that.
    fn has_label(&self) -> bool;
    /// How many messages may wait here.
    fn capacity(&self) -> usize;
    fn into_any(self: Rc<Self>) -> Rc<dyn Any>;
}

impl<J: Joint> AnyPostbox for J {
    fn direction(&self) -> Direction {
        if self.tray().is_some() { Direction::In } else { Direction::Out }
    }

    fn message_type(&self) -> &'static str {
        type_name::<J::Message>()
    }

    fn link_any(
        self: Rc<Self>,
        sink: Rc<dyn AnyPostbox>,
        route: &Rc<Route>,
    ) -> Result<(), Refusal> {
        let sink = sink.into_any();
        let sink: Rc<Postbox<J::Message>> = match sink.downcast::<Entry<_>>() {
            Ok(entry) => entry,
            Err(sink) => match sink.downcast::<Exit<_>>() {
                Ok(exit) => exit,
                Err(_) => return Err(Refusal::WrongType),
            },
        };
        kept(self).link(&sink, route)
    }

    fn unlink_any(self: Rc<Self>, route: &Rc<Route>) {
        kept(self).unlink(route);
    }

    fn leads_along(&self, route: &Rc<Route>) -> bool {
        seen(self).leads_along(route)
    }

    fn close_any(self: Rc<Self>) {
        kept(self).close();
    }

    fn is_closed(&self) -> bool {
        self.closed().get()
    }

    fn take_back(&self) {
        if let Some(tray) = self.tray() {
            tray.make_linked().takes_back.set(true);
        }
    }

    fn bind(&self, ready: &Rc<ReadyList>, owner: MicroprocessId) {
        if let Some(tray) = self.tray() {
            tray.bind(ready, owner);
        }
    }

    fn twin(&self) -> Rc<dyn AnyPostbox> {
        match self.tray() {
            Some(tray) => Rc::new(Entry::<J::Message>::new(tray.capacity())),
            None => Exit::<J::Message>::new(),
        }
    }

    fn tray_address(&self) -> Option<usize> {
        self.tray().map(Tray::address)
    }

    fn sink_address(&self) -> Option<usize> {
        seen(self).at_the_end(Tray::address)
    }

    fn is_led_to(&self) -> bool {
        seen(self).has_sources()
    }

    fn is_fed(&self) -> bool {
        seen(self).is_fed()
    }

    fn label(&self, reporter: &Rc<Reporter>, number: u32) {
        seen(self).put_label(reporter, number);
    }

    fn has_label(&self) -> bool {
        self.known_label().is_some()
    }

    fn capacity(&self) -> usize {
        self.tray().map_or(usize::MAX, Tray::capacity)
    }

    fn into_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }
}

/// Sees an inbox or an outbox as a postbox.
fn seen<J: Joint>(joint: &J) -> &Postbox<J::Message> {
    joint
}

/// Keeps an inbox or an outbox as a postbox.
fn kept<J: Joint>(joint: Rc<J>) -> Rc<Postbox<J::Message>> {
    joint
}

impl<J: Joint> Observed for J {
    fn see(&self, is_seen: bool) {
        seen(self).see(is_seen);
    }

    fn void(&self) {
        if let Some(tray) = self.tray() {
            tray.see(false);
        }
        if let Some(label) = self.known_label() {
            label.void();
        }
    }

    fn depth(&self) -> usize {
        seen(self).depth()
    }

    fn line(&self) -> Vec<u32> {
        self.tray().map_or_else(Vec::new, Tray::line)
    }
}
