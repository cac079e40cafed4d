//! # Standstill
//!
//! The state of a system in which everybody who is left sleeps, and nobody outside can
//! wake anybody: who waits for what, whether they wait for one another in a circle, and
//! whether none but services are left. A [`System`](crate::System) takes a look when its
//! run has come to rest. It changes nothing; what follows from it, the system decides.
//!
//! A deadlock is an answer and not a hang: that is why nobody polls, and why whoever could
//! wake a component from outside has to hold its waker.
//!
//! Ancestor: none. The ancestor's components ran for ever, or until `shutdown`.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::desk::Desk;
use crate::error::{Error, short_type};
use crate::inquiry::Reason;
use crate::microprocess::MicroprocessId;
use crate::postbox::Direction;
use crate::sleeper::{Sleeper, Wait};

/// Who sleeps, and what for.
pub(crate) struct Standstill {
    places: Vec<Place>,
}

/// One of those who sleep.
struct Place {
    desk: Rc<Desk>,
    sleeper: Sleeper,
    /// Whose doing something could wake it, by their places.
    on: Vec<usize>,
}

/// Where all desks and their boxes are: what a wait does not know.
#[derive(Default)]
struct Directory {
    /// Desks by where they are.
    places: BTreeMap<usize, usize>,
    /// Inboxes by their trays: whose, and its name.
    inboxes: BTreeMap<usize, (usize, String)>,
    /// Outboxes by the trays where they end: whose, and its name.
    outboxes: BTreeMap<usize, Vec<(usize, String)>>,
    /// The trays to which something is linked, named or not.
    fed: BTreeSet<usize>,
}

impl Standstill {
    /// Looks at all desks below one, and asks who sits there.
    pub(crate) fn of(
        root: &Rc<Desk>,
        mut ask: impl FnMut(MicroprocessId) -> Vec<Reason>,
    ) -> Self {
        let asked = below(root).into_iter().map(|desk| {
            let reasons = desk.id().map(&mut ask).unwrap_or_default();
            (desk, reasons)
        });
        // Whoever has ended is here because its children have not, or has ended now that
        // it was asked.
        let asked: Vec<_> = asked.collect();
        let (desks, reasons): (Vec<_>, Vec<_>) =
            asked.into_iter().filter(|(desk, _)| !desk.has_left()).unzip();
        let directory = Directory::of(&desks);
        let places = desks.into_iter().zip(reasons);
        let places =
            places.map(|(desk, reasons)| Place::new(desk, &reasons, &directory));
        Self { places: places.collect() }
    }

    /// Returns the services that may be told to end, if nobody is left but services, those
    /// who wait for the ends of services, and those who wait for news, directly or from
    /// others who do. Nobody owes them any: a component that asks and gets no answer is
    /// stuck, and one that listens while nobody speaks is not.
    pub(crate) fn services(&self) -> Vec<&Desk> {
        let listeners = self.listeners();
        let only_waits_for_children =
            |place: &Place| matches!(place.sleeper.waits[..], [Wait::Children(_)]);
        let may_end = |(at, place): (usize, &Place)| {
            place.desk.serves() || listeners[at] || only_waits_for_children(place)
        };
        if !self.places.iter().enumerate().all(may_end) {
            return Vec::new();
        }
        let desks = self.places.iter().map(|place| &*place.desk);
        desks.filter(|desk| desk.serves()).collect()
    }

    /// Returns, for each place, whether whoever is there waits for nothing but news, or for
    /// messages of those who do.
    fn listeners(&self) -> Vec<bool> {
        let waits_for_news = |place: &Place| place.sleeper.waits == [Wait::News];
        let mut listeners: Vec<bool> =
            self.places.iter().map(waits_for_news).collect();
        let listens = |place: &Place, listeners: &[bool]| {
            let is_message = |wait: &Wait| matches!(wait, Wait::Message { .. });
            place.sleeper.waits.iter().all(is_message)
                && !place.on.is_empty()
                && place.on.iter().all(|on| listeners[*on])
        };
        // Whoever is found may have others behind, until nobody is found.
        while let Some(found) = (0..listeners.len())
            .find(|at| !listeners[*at] && listens(&self.places[*at], &listeners))
        {
            listeners[found] = true;
        }
        listeners
    }

    /// Says who waits for what. A service that waits to be asked is nobody's trouble, as
    /// long as there are others.
    pub(crate) fn report(self) -> Option<Error> {
        let circle = self.circle();
        let is_idle_service = |place: &Place| {
            let is_idle =
                |wait: &Wait| matches!(wait, Wait::Message { .. } | Wait::Arrival);
            place.desk.serves()
                && place.sleeper.waits.iter().all(is_idle)
                && !circle.contains(&place.sleeper.component)
        };
        let (idle, asleep): (Vec<_>, Vec<_>) =
            self.places.into_iter().partition(is_idle_service);
        let shown = if asleep.is_empty() { idle } else { asleep };
        let asleep = shown.into_iter().map(|place| place.sleeper).collect();
        Some(Error::Stuck { asleep, circle })
    }

    /// Returns those who wait for one another, if any do: the first circle that is met
    /// from the first sleeper on.
    fn circle(&self) -> Vec<String> {
        /// How far a place has been followed.
        #[derive(Clone, Copy, PartialEq)]
        enum Followed {
            Not,
            OnTheWay,
            ToItsEnd,
        }
        let mut followed = vec![Followed::Not; self.places.len()];
        for start in 0..self.places.len() {
            // The way from the start, and how many turnings were tried at each place.
            let mut way = Vec::new();
            if followed[start] == Followed::Not {
                followed[start] = Followed::OnTheWay;
                way.push((start, 0));
            }
            while let Some((place, tried)) = way.last_mut() {
                let Some(next) = self.places[*place].on.get(*tried).copied() else {
                    followed[*place] = Followed::ToItsEnd;
                    way.pop();
                    continue;
                };
                *tried += 1;
                match followed[next] {
                    Followed::ToItsEnd => {}
                    Followed::Not => {
                        followed[next] = Followed::OnTheWay;
                        way.push((next, 0));
                    }
                    Followed::OnTheWay => {
                        let begin = way.iter().position(|(place, _)| *place == next);
                        let circle = &way[begin.expect("it is on the way")..];
                        let name =
                            |place: usize| &self.places[place].sleeper.component;
                        return circle
                            .iter()
                            .map(|(at, _)| name(*at).clone())
                            .collect();
                    }
                }
            }
        }
        Vec::new()
    }
}

/// Returns all desks below one, parents before their children.
fn below(root: &Rc<Desk>) -> Vec<Rc<Desk>> {
    let mut desks = Vec::new();
    let mut to_visit = root.children();
    to_visit.reverse();
    while let Some(desk) = to_visit.pop() {
        to_visit.extend(desk.children().into_iter().rev());
        desks.push(desk);
    }
    desks
}

impl Place {
    fn new(desk: Rc<Desk>, reasons: &[Reason], directory: &Directory) -> Self {
        let mut on = Vec::new();
        let name = |reason: &Reason| directory.name(reason.clone(), &mut on);
        let mut waits: Vec<_> = reasons.iter().map(name).collect();
        let children = desk.children();
        if waits == [Wait::Arrival] && !children.is_empty() {
            // The end of a child wakes it too, and mostly that is what it pauses for.
            let place = |child| directory.places.get(&address(child)).copied();
            on.extend(children.iter().filter_map(place));
            let names = children.iter().map(|child| child.name().to_string());
            waits = vec![Wait::Children(names.collect())];
        }
        if waits.is_empty() {
            waits.push(Wait::Unknown);
        }
        let sleeper = Sleeper { component: desk.path(), waits };
        Self { desk, sleeper, on }
    }
}

fn address(desk: &Rc<Desk>) -> usize {
    Rc::as_ptr(desk).addr()
}

impl Directory {
    fn of(desks: &[Rc<Desk>]) -> Self {
        let mut directory = Self::default();
        for (place, desk) in desks.iter().enumerate() {
            directory.places.insert(address(desk), place);
            for port in desk.all_ports() {
                let name = format!("`{}.{}`", desk.path(), port.name());
                let postbox = &port.postbox;
                match (postbox.direction(), postbox.sink_address()) {
                    (Direction::In, sink) => {
                        let Some(tray) = postbox.tray_address() else { continue };
                        directory.inboxes.insert(tray, (place, name));
                        if postbox.is_fed() {
                            directory
                                .fed
                                .extend([Some(tray), sink].into_iter().flatten());
                        }
                    }
                    // What a child sends is the child's, though it leaves by its parent's
                    // outbox.
                    (Direction::Out, Some(sink)) if !postbox.is_led_to() => {
                        directory
                            .outboxes
                            .entry(sink)
                            .or_default()
                            .push((place, name));
                    }
                    (Direction::Out, _) => {}
                }
            }
        }
        directory
    }

    /// Puts a reason into words, and notes on whom it depends.
    fn name(&self, reason: Reason, on: &mut Vec<usize>) -> Wait {
        let nameless =
            |of| format!("an inbox of {} that nobody declared", short_type(of));
        match reason {
            Reason::Message { tray, of } => {
                let inbox = self.inboxes.get(&tray).map(|(_, name)| name.clone());
                let named = self.outboxes.get(&tray).map_or(&[][..], Vec::as_slice);
                on.extend(named.iter().map(|(place, _)| *place));
                let mut from: Vec<_> =
                    named.iter().map(|(_, name)| name.clone()).collect();
                if from.is_empty() && self.fed.contains(&tray) {
                    from.push("an outbox that nobody declared".to_string());
                }
                Wait::Message { inbox: inbox.unwrap_or_else(|| nameless(of)), from }
            }
            Reason::Room { tray, of, depth, capacity } => {
                let inbox = self.inboxes.get(&tray);
                on.extend(inbox.map(|(place, _)| *place));
                let inbox =
                    inbox.map_or_else(|| nameless(of), |(_, name)| name.clone());
                Wait::Room { inbox, depth, capacity }
            }
            Reason::Pause => Wait::Arrival,
            Reason::Time => Wait::Time,
            Reason::Service(name) => Wait::Service(name.to_string()),
            Reason::News => Wait::News,
            Reason::Backplane => Wait::Backplane,
        }
    }
}
