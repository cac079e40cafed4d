//! # Roster
//!
//! Who is there, under which numbers: the components and linkages of a system as its
//! trace names them. The [reporter](crate::trace::reporter) keeps it, and makes snapshots
//! of it, and finds out which messages pass along a linkage.
//!
//! Components are numbered in the order in which they were activated, linkages in the
//! order in which both their ends were there, each from 1 on; so they have the same
//! numbers in every run. The numbers of boxes are used inside only, and are let again.
//!
//! It is told of what changes, and never looks at the system itself.
//!
//! Ancestor: the dictionaries of `Introspector.py`.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Weak;

use crate::trace::event::{Component, Link, Postbox};
use crate::trace::observer::{Spot, State, Stock};

/// What a box lets be known of it.
pub(crate) trait Observed {
    /// Has it tell what passes through it, or no longer.
    fn see(&self, is_seen: bool);
    /// Has it tell nothing more, because its component is gone.
    fn void(&self);
    /// How many messages wait in it.
    fn depth(&self) -> usize;
    /// Whose turns wait for room in it, by their places among all microprocesses.
    fn line(&self) -> Vec<u32>;
}

/// A box, as it is made known.
pub(crate) struct NewBox {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) capacity: Option<usize>,
    pub(crate) is_inbox: bool,
    pub(crate) postbox: Weak<dyn Observed>,
}

/// Who is there.
#[derive(Default)]
pub(crate) struct Roster {
    components: BTreeMap<u32, Entry>,
    links: BTreeMap<u32, (u32, u32)>,
    boxes: Vec<Option<KnownBox>>,
    /// Numbers to let.
    vacant: Vec<u32>,
    last_component: u32,
    last_link: u32,
    /// Which component has which place among all microprocesses; 0 is none.
    by_place: Vec<u32>,
}

/// A component that is there.
struct Entry {
    name: String,
    parent: Option<u32>,
    place: u32,
    state: State,
    on: Vec<u32>,
    /// Inboxes and outboxes, in the order in which they were declared.
    boxes: Vec<u32>,
}

struct KnownBox {
    component: u32,
    name: String,
    doc: String,
    capacity: Option<usize>,
    is_inbox: bool,
    postbox: Weak<dyn Observed>,
    /// The linkage that leads on from here.
    link: Option<u32>,
    /// The boxes that lead here.
    sources: Vec<u32>,
}

impl Roster {
    /// Takes in a component, which has its first turn coming.
    pub(crate) fn admit(
        &mut self,
        place: u32,
        parent: Option<u32>,
        name: &str,
    ) -> u32 {
        self.last_component += 1;
        let id = self.last_component;
        let (name, state) = (name.to_string(), State::Ready);
        let (on, boxes) = (Vec::new(), Vec::new());
        let entry = Entry { name, parent, place, state, on, boxes };
        self.components.insert(id, entry);
        let at = place as usize;
        self.by_place.resize(self.by_place.len().max(at + 1), 0);
        self.by_place[at] = id;
        id
    }

    /// Takes in a box of a component, and returns its number.
    pub(crate) fn add_box(&mut self, component: u32, new: NewBox) -> u32 {
        let NewBox { name, doc, capacity, is_inbox, postbox } = new;
        let (link, sources) = (None, Vec::new());
        let known = KnownBox {
            component,
            name,
            doc,
            capacity,
            is_inbox,
            postbox,
            link,
            sources,
        };
        let number = self.vacant.pop().unwrap_or_else(|| {
            self.boxes.push(None);
            u32::try_from(self.boxes.len() - 1).expect("memory ends before u32 does")
        });
        self.boxes[number as usize] = Some(known);
        if let Some(entry) = self.components.get_mut(&component) {
            entry.boxes.push(number);
        }
        number
    }

    /// Forgets a box, and returns whose it was and which linkages went with it.
    pub(crate) fn remove_box(&mut self, number: u32) -> Option<(u32, Vec<u32>)> {
        let known = self.known(number)?;
        let (component, sources) = (known.component, known.sources.clone());
        let ends = sources.into_iter().chain([number]);
        let gone = ends.filter_map(|from| self.unlink(from)).collect();
        self.boxes[number as usize] = None;
        self.vacant.push(number);
        let entry = self.components.get_mut(&component)?;
        entry.boxes.retain(|known| *known != number);
        entry.on.retain(|known| *known != number);
        Some((component, gone))
    }

    /// Forgets a component, its boxes, and their linkages; returns the boxes.
    pub(crate) fn remove(&mut self, id: u32) -> Option<Vec<u32>> {
        let entry = self.components.get(&id)?;
        let (place, boxes) = (entry.place, entry.boxes.clone());
        for number in &boxes {
            let postbox = self.known(*number).and_then(|it| it.postbox.upgrade());
            if let Some(postbox) = postbox {
                postbox.void();
            }
            self.remove_box(*number);
        }
        self.components.remove(&id);
        if self.at_place(place) == Some(id) {
            self.by_place[place as usize] = 0;
        }
        Some(boxes)
    }

    /// Takes in a linkage between two boxes, unless it is known.
    pub(crate) fn link(&mut self, from: u32, to: u32) -> Option<Link> {
        self.known(to)?;
        let known = self.boxes.get_mut(from as usize)?.as_mut()?;
        if known.link.is_some() {
            return None;
        }
        self.last_link += 1;
        known.link = Some(self.last_link);
        if let Some(known) = &mut self.boxes[to as usize] {
            known.sources.push(from);
        }
        self.links.insert(self.last_link, (from, to));
        Some(self.said(self.last_link, from, to))
    }

    /// Forgets the linkage that leads on from a box.
    pub(crate) fn unlink(&mut self, from: u32) -> Option<u32> {
        let link = self.boxes.get_mut(from as usize)?.as_mut()?.link.take()?;
        let (_, to) = self.links.remove(&link)?;
        if let Some(Some(known)) = self.boxes.get_mut(to as usize) {
            known.sources.retain(|source| *source != from);
        }
        Some(link)
    }

    /// Returns what is known of a box's component: all of it, and its boxes' numbers.
    pub(crate) fn describe(&self, id: u32) -> Option<(Component, Vec<u32>)> {
        let entry = self.components.get(&id)?;
        let of = |is_inbox: bool| {
            let all = entry.boxes.iter().copied();
            all.filter(move |it| {
                self.known(*it).is_some_and(|it| it.is_inbox == is_inbox)
            })
        };
        let postbox = |number: u32| {
            let known = self.known(number);
            known.map_or_else(Postbox::default, |known| Postbox {
                name: known.name.clone(),
                doc: known.doc.clone(),
                capacity: known.capacity,
                depth: if known.is_inbox { known.depth() } else { 0 },
            })
        };
        let component = Component {
            id,
            name: entry.name.clone(),
            parent: entry.parent,
            doc: String::new(),
            inboxes: of(true).map(postbox).collect(),
            outboxes: of(false).map(postbox).collect(),
            state: entry.state.word().to_string(),
            on: entry
                .on
                .iter()
                .filter_map(|it| Some(self.spot(*it)?.place()))
                .collect(),
        };
        Some((component, of(true).chain(of(false)).collect()))
    }

    /// Returns all there is.
    pub(crate) fn stock(&self) -> Stock {
        let all = self.components.keys().filter_map(|id| self.describe(*id));
        let (components, numbers) = all.unzip();
        let links = self.links.iter();
        let links =
            links.map(|(id, (from, to))| self.said(*id, *from, *to)).collect();
        Stock { components, links, numbers }
    }

    /// Looks at everybody anew, after a time in which nothing was told.
    pub(crate) fn look(&mut self, is_ready: impl Fn(u32) -> bool) {
        let mut blocked: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (number, known) in (0..).zip(&self.boxes) {
            let postbox = known.as_ref().and_then(|known| known.postbox.upgrade());
            for place in postbox.map_or_else(Vec::new, |postbox| postbox.line()) {
                blocked.entry(place).or_default().push(number);
            }
        }
        for entry in self.components.values_mut() {
            if matches!(entry.state, State::Ended | State::Failed) {
                continue;
            }
            let waits = blocked.remove(&entry.place);
            entry.state = match waits {
                _ if is_ready(entry.place) => State::Ready,
                Some(_) => State::Blocked,
                None => State::Idle,
            };
            entry.on =
                waits.filter(|_| entry.state == State::Blocked).unwrap_or_default();
        }
    }

    /// Has all boxes tell what passes through them, or no longer.
    pub(crate) fn see(&self, is_seen: bool) {
        for known in self.boxes.iter().flatten() {
            if let Some(postbox) = known.postbox.upgrade() {
                postbox.see(is_seen);
            }
        }
    }

    /// Notes how a component is. Returns `false` if that is nothing new.
    pub(crate) fn set_state(&mut self, id: u32, state: State, on: &[u32]) -> bool {
        let Some(entry) = self.components.get_mut(&id) else { return false };
        if entry.state == state && entry.on == on {
            return false;
        }
        entry.state = state;
        entry.on.clear();
        entry.on.extend_from_slice(on);
        true
    }

    /// Returns the place of a component that has not ended.
    pub(crate) fn place_of(&self, id: u32) -> Option<u32> {
        let entry = self.components.get(&id)?;
        let has_ended = matches!(entry.state, State::Ended | State::Failed);
        (!has_ended).then_some(entry.place)
    }

    pub(crate) fn state(&self, id: u32) -> Option<State> {
        self.components.get(&id).map(|entry| entry.state)
    }

    pub(crate) fn set_capacity(
        &mut self,
        number: u32,
        capacity: Option<usize>,
    ) -> Option<u32> {
        let known = self.boxes.get_mut(number as usize)?.as_mut()?;
        known.capacity = capacity;
        Some(known.component)
    }

    pub(crate) fn at_place(&self, place: u32) -> Option<u32> {
        self.by_place.get(place as usize).copied().filter(|id| *id != 0)
    }

    pub(crate) fn spot(&self, number: u32) -> Option<Spot<'_>> {
        let known = self.known(number)?;
        Some(Spot { number, component: known.component, name: &known.name })
    }

    /// Returns the boxes that tell of the messages of these linkages and components: where
    /// a message starts that passes along one, and where it arrives.
    pub(crate) fn boxes_of(
        &self,
        links: &[u32],
        components: &[u32],
    ) -> BTreeSet<u32> {
        let all = components.iter().filter_map(|id| self.components.get(id));
        let mut found: BTreeSet<u32> =
            all.flat_map(|entry| entry.boxes.iter().copied()).collect();
        for link in links {
            found.extend(self.sources_of(*link));
            let Some((_, mut end)) = self.links.get(link).copied() else { continue };
            while let Some(next) = self.next(end) {
                end = next;
            }
            found.insert(end);
        }
        found
    }

    /// Returns the boxes from which a message passes along a linkage.
    pub(crate) fn sources_of(&self, link: u32) -> BTreeSet<u32> {
        let mut found = BTreeSet::new();
        let mut next: Vec<u32> =
            self.links.get(&link).map(|(from, _)| *from).into_iter().collect();
        while let Some(number) = next.pop() {
            if found.insert(number) {
                next.extend(self.known(number).iter().flat_map(|it| &it.sources));
            }
        }
        found
    }

    pub(crate) fn has_component(&self, id: u32) -> bool {
        self.components.contains_key(&id)
    }

    pub(crate) fn has_link(&self, id: u32) -> bool {
        self.links.contains_key(&id)
    }

    fn next(&self, number: u32) -> Option<u32> {
        let link = self.known(number)?.link?;
        self.links.get(&link).map(|(_, to)| *to)
    }

    fn known(&self, number: u32) -> Option<&KnownBox> {
        self.boxes.get(number as usize)?.as_ref()
    }

    fn said(&self, id: u32, from: u32, to: u32) -> Link {
        let place = |number| self.spot(number).map(|spot| spot.place());
        Link { id, from: place(from), to: place(to) }
    }
}

impl KnownBox {
    fn depth(&self) -> usize {
        self.postbox.upgrade().map_or(0, |postbox| postbox.depth())
    }
}
