//! # Reporter
//!
//! What the kernel tells when something happens, and who passes it on to those who
//! observe. A system has none until somebody wants to know: then every box gets a
//! [label](crate::trace::label), and the kernel finds the reporter there.
//!
//! ```text
//! box, desk, ready list ──▶ reporter ──▶ sinks: log, file, viewers
//!                              │
//!                              ╰─▶ roster: who is there
//! ```
//!
//! Who is there it always knows. What passes it is told only while somebody listens, so
//! that a system to which a viewer may come, and has not, is as fast as any. While all who
//! listen are viewers that do not keep up, what happens is only counted: nobody would get
//! to read it.
//!
//! **Invariant:** observing a system does not change what it does: the same turns, in the
//! same order.
//!
//! Ancestor: `Introspector.py`, which asked the scheduler every so often who was there.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::time::Instant;

use crate::error::Error;
use crate::trace::command::Command;
use crate::trace::observer::{Happening, Sink, Spot, State};
use crate::trace::pace::{Goal, Leave, Pace};
use crate::trace::roster::{NewBox, Roster};
use crate::trace::viewer::{Letter, Letterbox, Viewer};

/// Passes on what happens.
#[derive(Default)]
pub(crate) struct Reporter {
    roster: RefCell<Roster>,
    sinks: RefCell<Vec<Box<dyn Sink>>>,
    /// Whether anybody listens.
    is_heard: Cell<bool>,
    /// Whether all who listen are viewers that are losing what they are told.
    is_lost: Cell<bool>,
    /// How much has happened since, for them to be told when they have caught up.
    missed: Cell<u64>,
    /// The number of the turn.
    t: Cell<u64>,
    /// Whose turn it is.
    running: Cell<Option<u32>>,
    /// The boxes for which whoever has its turn is about to sleep.
    waits: RefCell<Vec<(State, u32)>>,
    /// The boxes that were closed in this turn. If their component has ended in the same
    /// turn, there is no more to say about them.
    closed: RefCell<Vec<u32>>,
    /// Text is made here, to be read at once.
    scratch: RefCell<String>,
    is_over: Cell<bool>,
    /// Those who came to look, and may ask for something.
    viewers: RefCell<Vec<Viewer>>,
    letterbox: RefCell<Option<Box<dyn Letterbox>>>,
    pace: RefCell<Pace>,
    /// Who set the pace. When that one falls silent, nobody else could change it.
    pacemaker: Cell<Option<u64>>,
    /// If the system is to stop at a message, the boxes from which it may come.
    goal: RefCell<BTreeSet<u32>>,
}

/// Messages are shown up to this many characters.
pub(crate) const SHOWN: usize = 60;

impl Reporter {
    /// Adds somebody who listens from now on.
    pub(crate) fn add(
        &self,
        mut sink: Box<dyn Sink>,
        t: u64,
        is_ready: impl Fn(u32) -> bool,
    ) {
        self.look(is_ready);
        self.t.set(t);
        sink.take_stock(self.t.get(), self.roster.borrow().stock());
        self.sinks.borrow_mut().push(sink);
        self.is_heard.set(true);
        self.settle_missed(false);
    }

    /// Has letters come from here.
    pub(crate) fn open(&self, letterbox: Box<dyn Letterbox>) {
        *self.letterbox.borrow_mut() = Some(letterbox);
    }

    /// Does what those want who look on. It is called between two turns.
    pub(crate) fn read_letters(&self, t: u64, is_ready: impl Fn(u32) -> bool) {
        let next = || self.letterbox.borrow().as_ref()?.next();
        while let Some(letter) = next() {
            self.t.set(t);
            match letter {
                Letter::Came(viewer) => self.welcome(viewer, &is_ready),
                Letter::Asked(id, Ok(command)) => self.follow(id, &command),
                Letter::Asked(id, Err(text)) => self.answer(id, &text),
                // Who could still say "resume" is not there any more.
                Letter::FellSilent(id) if self.pacemaker.get() == Some(id) => {
                    self.follow(id, &Command::Resume);
                }
                Letter::FellSilent(_) => {}
            }
        }
        self.look_after_viewers();
    }

    fn welcome(&self, mut viewer: Viewer, is_ready: impl Fn(u32) -> bool) {
        self.look(is_ready);
        let t = self.t.get();
        let pace = self.pace.borrow();
        viewer.lose_nothing(!pace.is_full());
        viewer.take_stock(t, self.roster.borrow().stock());
        if !pace.is_full() {
            let (pace, turns_per_s) = pace.said();
            viewer.answer(t, &Happening::Pace { pace, turns_per_s });
        }
        self.settle_missed(false);
        self.viewers.borrow_mut().push(viewer);
        self.is_heard.set(true);
    }

    /// Does what a viewer asks for.
    fn follow(&self, id: u64, command: &Command) {
        let roster = self.roster.borrow();
        let missing = match command {
            Command::Step { comp: Some(comp) } => no_component(&roster, &[*comp]),
            Command::Until { link } => no_link(&roster, &[*link]),
            Command::Watch { links, comps } => {
                no_link(&roster, links).or_else(|| no_component(&roster, comps))
            }
            _ => None,
        };
        drop(roster);
        if let Some(missing) = missing {
            return self.answer(id, &missing);
        }
        if let Command::Watch { links, comps } = command {
            let mut viewers = self.viewers.borrow_mut();
            if let Some(viewer) = viewers.iter_mut().find(|viewer| viewer.id == id) {
                (viewer.links, viewer.components) = (links.clone(), comps.clone());
            }
            drop(viewers);
            return self.review();
        }
        self.pace.borrow_mut().follow(command);
        let is_full = self.pace.borrow().is_full();
        self.pacemaker.set((!is_full).then_some(id));
        self.review();
        self.say_pace();
    }

    fn answer(&self, id: u64, text: &str) {
        let mut viewers = self.viewers.borrow_mut();
        if let Some(viewer) = viewers.iter_mut().find(|viewer| viewer.id == id) {
            viewer.answer(self.t.get(), &Happening::Error { text, component: None });
        }
    }

    fn say_pace(&self) {
        let pace = *self.pace.borrow();
        let (t, (word, turns_per_s)) = (self.t.get(), pace.said());
        let happening = Happening::Pace { pace: word, turns_per_s };
        for viewer in self.viewers.borrow_mut().iter_mut() {
            viewer.lose_nothing(!pace.is_full());
            viewer.answer(t, &happening);
        }
        for sink in self.sinks.borrow_mut().iter_mut() {
            sink.take(t, &happening);
        }
        self.look_after_viewers();
    }

    /// Looks up anew which boxes have to do with what viewers want: who is linked to whom
    /// has changed, or what they want.
    fn review(&self) {
        let roster = self.roster.borrow();
        if let Some(Goal::Message(link)) = self.pace.borrow().goal() {
            *self.goal.borrow_mut() = roster.sources_of(link);
        }
        if let Ok(mut viewers) = self.viewers.try_borrow_mut() {
            for viewer in viewers.iter_mut() {
                let boxes = roster.boxes_of(&viewer.links, &viewer.components);
                viewer.watch(boxes);
            }
        }
    }

    /// Lets those go who have gone, and brings those up to date who have lost something.
    fn look_after_viewers(&self) {
        let mut viewers = self.viewers.borrow_mut();
        let gone = viewers.extract_if(.., |viewer| viewer.is_gone());
        let gone: Vec<u64> = gone.map(|viewer| viewer.id).collect();
        if viewers.iter().any(Viewer::is_behind) {
            self.tell_missed(&mut viewers);
        }
        for viewer in viewers.iter_mut().filter(|viewer| viewer.is_behind()) {
            viewer.take_stock(self.t.get(), self.roster.borrow().stock());
        }
        let has_sinks = !self.sinks.borrow().is_empty();
        let is_heard = !viewers.is_empty() || has_sinks;
        let is_lost =
            is_heard && !has_sinks && viewers.iter().all(Viewer::is_losing);
        drop(viewers);
        self.settle_missed(is_lost);
        if self.pacemaker.get().is_some_and(|id| gone.contains(&id)) {
            self.follow(u64::MAX, &Command::Resume);
        }
        if self.is_heard.replace(is_heard) != is_heard {
            self.roster.borrow().see(is_heard);
        }
    }

    /// Has what happens be only counted from now on, or told.
    fn settle_missed(&self, is_lost: bool) {
        if self.is_lost.replace(is_lost) && !is_lost {
            self.tell_missed(&mut self.viewers.borrow_mut());
        }
    }

    /// Tells viewers how much was only counted. All of them were losing at that time.
    fn tell_missed(&self, viewers: &mut [Viewer]) {
        let missed = self.missed.take();
        viewers.iter_mut().for_each(|viewer| viewer.miss(missed));
    }

    /// Asks those who look on whether the turn of whoever has this place may begin.
    pub(crate) fn ask_leave(&self, place: u32, is_stopping: bool) -> Leave {
        self.look_after_viewers();
        // While the system ends, its limit is for those who end.
        if is_stopping || self.pace.borrow().is_full() {
            return Leave::Granted;
        }
        let next = self.roster.borrow().at_place(place).unwrap_or_default();
        self.give_up_goal();
        let before = self.pace.borrow().said();
        let leave = self.pace.borrow_mut().ask(next, Instant::now);
        if self.pace.borrow().said() != before {
            self.say_pace();
        }
        leave
    }

    /// Stops if what was to happen before cannot happen any more.
    fn give_up_goal(&self) {
        let goal = self.pace.borrow().goal();
        let roster = self.roster.borrow();
        let missing = match goal {
            Some(Goal::Turn(component)) => no_component(&roster, &[component]),
            Some(Goal::Message(link)) => no_link(&roster, &[link]),
            _ => None,
        };
        drop(roster);
        if let (Some(text), Some(id)) = (missing, self.pacemaker.get()) {
            self.pace.borrow_mut().reached();
            self.answer(id, &text);
        }
    }

    /// Finds out how everybody is, unless that is known.
    fn look(&self, is_ready: impl Fn(u32) -> bool) {
        if !self.is_heard.get() {
            let mut roster = self.roster.borrow_mut();
            roster.look(is_ready);
            roster.see(true);
        }
    }

    /// Whether anybody listens.
    #[inline]
    pub(crate) fn is_heard(&self) -> bool {
        self.is_heard.get()
    }

    /// A component was activated, in a place among all microprocesses.
    pub(crate) fn admit(
        &self,
        place: u32,
        parent: Option<u32>,
        name: &str,
        boxes: Vec<NewBox>,
    ) -> (u32, Vec<u32>) {
        let admit = |roster: &mut Roster| {
            let id = roster.admit(place, parent, name);
            let boxes = boxes.into_iter();
            (id, boxes.map(|new| roster.add_box(id, new)).collect())
        };
        let (id, numbers) = self.change(admit).unwrap_or_default();
        self.describe(id);
        (id, numbers)
    }

    /// A component has a box more.
    pub(crate) fn add_box(&self, component: u32, new: NewBox) -> u32 {
        let number = self.change(|roster| roster.add_box(component, new));
        self.describe(component);
        number.unwrap_or(u32::MAX)
    }

    /// A box was closed by its owner.
    pub(crate) fn closed(&self, number: u32) {
        self.closed.borrow_mut().push(number);
    }

    /// An inbox has another limit.
    pub(crate) fn resized(&self, number: u32, capacity: Option<usize>) {
        let set = |roster: &mut Roster| roster.set_capacity(number, capacity);
        if let Some(Some(component)) = self.change(set) {
            self.describe(component);
        }
    }

    /// There is more to be said of a box than when it was made known.
    pub(crate) fn changed(&self, number: u32) {
        let component = self.roster.borrow().spot(number).map(|spot| spot.component);
        component.into_iter().for_each(|component| self.describe(component));
    }

    /// Says all that there is to be said of a component.
    fn describe(&self, id: u32) {
        if !self.is_heard.get() {
            return;
        }
        let said = self.roster.borrow().describe(id);
        if let Some((component, numbers)) = said {
            self.review();
            self.tell(&Happening::Add(&component, &numbers));
        }
    }

    /// Two boxes were linked.
    pub(crate) fn linked(&self, from: u32, to: u32) {
        if let Some(Some(link)) = self.change(|roster| roster.link(from, to)) {
            self.review();
            self.tell(&Happening::Link(&link));
        }
    }

    /// The linkage that led on from a box was taken away on purpose.
    pub(crate) fn unlinked(&self, from: u32) {
        if let Some(Some(link)) = self.change(|roster| roster.unlink(from)) {
            self.review();
            self.tell(&Happening::Unlink(link));
        }
    }

    /// A component has ended, and may have children that have not.
    pub(crate) fn ended(&self, component: u32) {
        if self.roster.borrow().state(component) != Some(State::Failed) {
            self.set_state(component, State::Ended, &[], None);
        }
    }

    /// A component has panicked.
    pub(crate) fn failed(&self, component: u32, why: &str) {
        self.set_state(component, State::Failed, &[], Some(why));
    }

    /// A component is no longer there.
    pub(crate) fn gone(&self, component: u32) {
        if let Some(Some(boxes)) = self.change(|roster| roster.remove(component)) {
            self.closed.borrow_mut().retain(|closed| !boxes.contains(closed));
            self.tell(&Happening::Gone(component));
        }
    }

    /// The turn of whoever has this place begins.
    pub(crate) fn turn(&self, t: u64, place: u32) {
        self.t.set(t);
        self.waits.borrow_mut().clear();
        let component = self.roster.borrow().at_place(place);
        self.running.set(component);
        if let Some(component) = component {
            self.tell(&Happening::Turn(component));
        }
    }

    /// The turn is over: whoever had it is asleep, or has another one coming.
    pub(crate) fn turn_over(&self, is_ready: impl Fn(u32) -> bool) {
        self.settle_closed();
        let Some(component) = self.running.take() else { return };
        let place = self.roster.borrow().place_of(component);
        // Whoever has ended has said so, and its place may have been let again.
        if place.is_none_or(is_ready) {
            return;
        }
        let waits = self.waits.take();
        let is_blocked = waits.iter().any(|(state, _)| *state == State::Blocked);
        let state = if is_blocked { State::Blocked } else { State::Idle };
        let mut on: Vec<u32> = Vec::new();
        for (kind, number) in &waits {
            if *kind == state && !on.contains(number) {
                on.push(*number);
            }
        }
        self.set_state(component, state, &on, None);
        *self.waits.borrow_mut() = waits;
    }

    /// A component has handed a box on to another.
    pub(crate) fn handed_on(&self, number: u32) {
        self.closed.borrow_mut().push(number);
        self.settle_closed();
    }

    /// Says which boxes and linkages are no longer there, of those whose components are.
    fn settle_closed(&self) {
        if self.closed.borrow().is_empty() {
            return;
        }
        for number in self.closed.take() {
            let removed = self.change(|roster| roster.remove_box(number));
            let Some(Some((component, links))) = removed else { continue };
            for link in links {
                self.tell(&Happening::Unlink(link));
            }
            self.describe(component);
        }
    }

    /// Somebody who slept has a turn coming.
    pub(crate) fn woken(&self, place: u32) {
        let component = self.roster.borrow().at_place(place);
        if let Some(component) = component {
            self.set_state(component, State::Ready, &[], None);
        }
    }

    /// Whoever has its turn found nothing in an inbox of its own.
    pub(crate) fn waits_for_message(&self, number: u32) {
        self.waits.borrow_mut().push((State::Idle, number));
    }

    /// Whoever has its turn found no room in an inbox.
    pub(crate) fn waits_for_room(&self, number: u32) {
        self.waits.borrow_mut().push((State::Blocked, number));
    }

    /// A message was sent, and is in an inbox.
    pub(crate) fn sent(&self, from: u32, to: u32, depth: usize, text: Option<&str>) {
        let roster = self.roster.borrow();
        if let (Some(from), Some(to)) = (roster.spot(from), roster.spot(to)) {
            self.tell(&Happening::Send { from, to, depth, text });
            self.look_for_goal(from.number);
        }
    }

    /// Looks whether a message is one that was waited for.
    fn look_for_goal(&self, from: u32) {
        if let Ok(mut pace) = self.pace.try_borrow_mut()
            && let Some(Goal::Message(_)) = pace.goal()
            && self.goal.borrow().contains(&from)
        {
            pace.reached();
        }
    }

    /// A message came from somebody who is no component.
    pub(crate) fn arrived(&self, at: u32, depth: usize, text: Option<&str>) {
        let roster = self.roster.borrow();
        if let Some(at) = roster.spot(at) {
            self.tell(&Happening::Arrive { at, depth, text });
        }
    }

    /// A message was taken out of an inbox.
    pub(crate) fn received(&self, at: u32, depth: usize, text: Option<&str>) {
        let roster = self.roster.borrow();
        if let Some(at) = roster.spot(at) {
            self.tell(&Happening::Recv { at, depth, text });
        }
    }

    /// The oldest message in an inbox was thrown away, to make room for another.
    pub(crate) fn displaced(&self, at: u32, depth: usize, text: Option<&str>) {
        let roster = self.roster.borrow();
        if let Some(at) = roster.spot(at) {
            self.tell(&Happening::Discard { at, n: 1, depth, text });
        }
    }

    /// Messages were thrown away, and none is left.
    pub(crate) fn discarded(&self, at: u32, n: u64, text: Option<&str>) {
        let roster = self.roster.borrow();
        if let Some(at) = roster.spot(at) {
            self.tell(&Happening::Discard { at, n, depth: 0, text });
        }
    }

    /// All that waited in an inbox waits in another now.
    pub(crate) fn moved(&self, from: u32, to: u32, depth: usize) {
        let roster = self.roster.borrow();
        if let (Some(from), Some(to)) = (roster.spot(from), roster.spot(to)) {
            self.tell(&Happening::Moved { from, to, depth });
        }
    }

    /// A component has sent a signal.
    pub(crate) fn signalled(&self, component: u32, signal: &str, to: Option<u32>) {
        let roster = self.roster.borrow();
        let to = to.and_then(|to| roster.spot(to));
        self.tell(&Happening::Signal { component, signal, to });
    }

    /// Something is wrong with the system.
    pub(crate) fn error(&self, text: &str) {
        self.tell(&Happening::Error { text, component: None });
    }

    /// The run is over; what happens while a system is taken down is of no interest.
    pub(crate) fn end(&self) {
        self.settle_closed();
        self.tell(&Happening::End);
        self.settle_missed(false);
        self.is_over.set(true);
        // Boxes may outlive their system, and with them their labels and this reporter:
        // nobody is to wait for more until then.
        drop(self.letterbox.take());
        drop(self.viewers.take());
        drop(self.sinks.take());
    }

    /// Nobody is ready, and nothing may happen for a while.
    pub(crate) fn rest(&self) {
        self.look_after_viewers();
        self.flush();
    }

    /// Passes on what was held back.
    pub(crate) fn flush(&self) {
        if let Ok(mut sinks) = self.sinks.try_borrow_mut() {
            sinks.iter_mut().for_each(|sink| sink.flush());
        }
        if let Ok(mut viewers) = self.viewers.try_borrow_mut() {
            viewers.iter_mut().for_each(Viewer::flush);
        }
    }

    /// Waits until all has been passed on, and returns what could not be.
    pub(crate) fn finish(&self) -> Vec<Error> {
        let mut sinks = self.sinks.borrow_mut();
        sinks.iter_mut().filter_map(|sink| sink.finish().err()).collect()
    }

    /// Makes the text of a message, if anybody wants it, to be given back by
    /// [`reuse`](Self::reuse). Nothing is borrowed while the message's own code runs.
    pub(crate) fn text(
        &self,
        numbers: [Option<u32>; 2],
        show: impl FnOnce(&mut String),
    ) -> Option<String> {
        if self.is_lost.get() {
            return None;
        }
        let viewers = self.viewers.try_borrow().ok()?;
        let wanted =
            |number: &u32| viewers.iter().any(|viewer| viewer.wants_text(*number));
        let is_wanted = !self.sinks.try_borrow().ok()?.is_empty()
            || numbers.iter().flatten().any(wanted);
        drop(viewers);
        if !is_wanted {
            return None;
        }
        let mut text = self.scratch.take();
        text.clear();
        show(&mut text);
        Some(text)
    }

    /// Takes back what text was made in.
    pub(crate) fn reuse(&self, text: Option<String>) {
        if let Some(text) = text {
            *self.scratch.borrow_mut() = text;
        }
    }

    fn set_state(
        &self,
        component: u32,
        state: State,
        on: &[u32],
        why: Option<&str>,
    ) {
        let change = |roster: &mut Roster| roster.set_state(component, state, on);
        if !self.change(change).unwrap_or_default() {
            return;
        }
        let roster = self.roster.borrow();
        if let [one] = on {
            let spot = roster.spot(*one);
            let on = spot.as_slice();
            return self.tell(&Happening::State { component, state, on, why });
        }
        let on: Vec<Spot> = on.iter().filter_map(|it| roster.spot(*it)).collect();
        self.tell(&Happening::State { component, state, on: &on, why });
    }

    /// Changes the roster; not for an observer, who is told of a change that is under way.
    fn change<R>(&self, change: impl FnOnce(&mut Roster) -> R) -> Option<R> {
        self.roster.try_borrow_mut().ok().map(|mut roster| change(&mut roster))
    }

    /// Counts something that happens, if that is all there is to do about it: then nobody
    /// need find out what it is.
    #[inline]
    pub(crate) fn is_missed(&self) -> bool {
        let is_lost = self.is_lost.get();
        self.missed.set(self.missed.get() + u64::from(is_lost));
        is_lost
    }

    /// Tells everybody who listens. What an observer itself makes happen is not told.
    fn tell(&self, happening: &Happening) {
        if !self.is_heard.get() || self.is_over.get() || self.is_missed() {
            return;
        }
        if let Ok(mut sinks) = self.sinks.try_borrow_mut() {
            for sink in sinks.iter_mut() {
                sink.take(self.t.get(), happening);
            }
        }
        if let Ok(mut viewers) = self.viewers.try_borrow_mut() {
            for viewer in viewers.iter_mut() {
                viewer.take(self.t.get(), happening);
            }
        }
    }
}

fn no_component(roster: &Roster, ids: &[u32]) -> Option<String> {
    let missing = ids.iter().find(|id| !roster.has_component(**id))?;
    Some(format!("there is no component {missing}"))
}

fn no_link(roster: &Roster, ids: &[u32]) -> Option<String> {
    let missing = ids.iter().find(|id| !roster.has_link(**id))?;
    Some(format!("there is no linkage {missing}"))
}
