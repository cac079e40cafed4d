//! # Crowds
//!
//! Who is like whom. A server has a component for each of its guests, and a hundred of them
//! make a picture in which nobody finds anything; so those who are alike can be drawn as
//! one, who stands for all.
//!
//! Components are alike if they are parts of the same, are called the same but for a
//! number and whose it is, and have the same boxes. They are a crowd if they are many,
//! and if none of them is linked to another: the stages of a pipeline are not, however
//! alike they are. What is inside one of a crowd is drawn inside the one that stands for
//! it.
//!
//! It only counts and compares. What waits in a crowd, and how its members are, is for the
//! [arrangement](crate::arrangement) to add up.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Component, Model, Way};

/// So many are a crowd. Fewer have room, and one wants to see each.
const MANY: usize = 8;

/// Who stands for whom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crowds {
    /// For each component, who is drawn in its place: most of the time itself. Nobody, if
    /// whoever stands for what it is a part of has nobody like it.
    heads: Vec<Option<usize>>,
    /// For those who stand for others, all of them, themselves included.
    members: BTreeMap<usize, Vec<usize>>,
    /// Those who are called by the number of their members.
    crowds: BTreeSet<usize>,
}

impl Crowds {
    /// Everybody stands for himself.
    pub(crate) fn none(model: &Model) -> Self {
        let heads = (0..model.components.len()).map(Some).collect();
        Self { heads, ..Self::default() }
    }

    /// Finds the crowds of a system.
    pub(crate) fn of(model: &Model) -> Self {
        let mut parts: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for (n, component) in model.components.iter().enumerate() {
            parts.entry(component.parent).or_default().push(n);
        }
        let mut crowds = Self::none(model);
        crowds.gather(model, &parts, None);
        let heads = crowds.heads.iter().enumerate();
        for (n, head) in heads.filter_map(|(n, head)| Some((n, (*head)?))) {
            crowds.members.entry(head).or_default().push(n);
        }
        crowds.members.retain(|_, members| members.len() > 1);
        crowds
    }

    /// Who is drawn in a component's place, if anybody is.
    pub(crate) fn head(&self, component: usize) -> Option<usize> {
        self.heads.get(component).copied().flatten()
    }

    /// All for whom somebody stands, himself included.
    pub(crate) fn members(&self, head: usize) -> Vec<usize> {
        self.members.get(&head).map_or_else(|| vec![head], Vec::clone)
    }

    /// How many are in a crowd, if somebody stands for one: those who are there, or all if
    /// nobody is any more.
    pub(crate) fn count(&self, model: &Model, head: usize) -> Option<usize> {
        let members = self.crowds.contains(&head).then(|| self.members(head))?;
        let there = members.iter().filter(|it| !model.components[**it].is_gone);
        Some(match there.count() {
            0 => members.len(),
            there => there,
        })
    }

    /// Finds the crowds among the parts of a composite, and within them.
    fn gather(
        &mut self,
        model: &Model,
        parts: &BTreeMap<Option<usize>, Vec<usize>>,
        of: Option<usize>,
    ) {
        let own = parts.get(&of).map_or(&[][..], |it| it);
        let mut kinds: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for part in own {
            if let Some(kind) = kind(&model.components[*part]) {
                kinds.entry(kind).or_default().push(*part);
            }
        }
        kinds.retain(|_, alike| alike.len() >= MANY);
        let mut kind_of: BTreeMap<usize, usize> = BTreeMap::new();
        for (kind, alike) in kinds.values().enumerate() {
            kind_of.extend(alike.iter().map(|it| (*it, kind)));
        }
        let across = model.links.iter().filter(|link| link.way == Way::Across);
        let ends = across.map(|link| {
            [link.from.component, link.to.component].map(|it| kind_of.get(&it))
        });
        let linked: BTreeSet<usize> = ends
            .filter_map(|[from, to]| from.filter(|from| Some(*from) == to).copied())
            .collect();
        for (kind, alike) in kinds.values().enumerate() {
            if linked.contains(&kind) {
                continue;
            }
            self.crowds.insert(alike[0]);
            for other in &alike[1..] {
                self.heads[*other] = Some(alike[0]);
            }
        }
        for part in own {
            if self.heads[*part] == Some(*part) {
                self.gather(model, parts, Some(*part));
            }
        }
        for part in own {
            if let Some(head) = self.heads[*part].filter(|head| head != part) {
                self.follow(model, parts, *part, head);
            }
        }
    }

    /// Has what is inside a component be drawn where the same is inside another.
    fn follow(
        &mut self,
        model: &Model,
        parts: &BTreeMap<Option<usize>, Vec<usize>>,
        component: usize,
        head: usize,
    ) {
        let inside = |of: usize| parts.get(&Some(of)).map_or(&[][..], |it| it);
        for part in inside(component) {
            let own = &model.components[*part];
            let is_same = |it: &&usize| is_alike(own, &model.components[**it]);
            let same = inside(head).iter().find(is_same);
            let same = same.and_then(|it| self.heads[*it]);
            self.heads[*part] = same;
            match same {
                Some(same) => self.follow(model, parts, *part, same),
                None => self.lose(parts, *part),
            }
        }
    }

    /// Has nobody be drawn who is inside a component.
    fn lose(
        &mut self,
        parts: &BTreeMap<Option<usize>, Vec<usize>>,
        component: usize,
    ) {
        for part in parts.get(&Some(component)).map_or(&[][..], |it| it) {
            self.heads[*part] = None;
            self.lose(parts, *part);
        }
    }
}

/// Returns a name without the number at its end, if it has one, and without what is said
/// behind it: `protocol 7 of 10.0.0.1:1501` is a `protocol`.
pub(crate) fn without_number(name: &str) -> Option<&str> {
    let numbered = name.split_once(" of ").map_or(name, |(numbered, _)| numbered);
    let bare = numbered.trim_end_matches(|it: char| it.is_ascii_digit());
    (bare.len() < numbered.len()).then(|| bare.trim_end())
}

/// What those who are alike have in common; nothing, if it has a name of its own.
fn kind(component: &Component) -> Option<(&str, Vec<&str>, Vec<&str>)> {
    let inboxes = component.inboxes.iter().map(|it| &*it.name).collect();
    let outboxes = component.outboxes.iter().map(|it| &*it.name).collect();
    Some((without_number(&component.name)?, inboxes, outboxes))
}

/// Whether a part of one member of a crowd is the same as a part of another.
fn is_alike(one: &Component, other: &Component) -> bool {
    let bare =
        |it: &Component| without_number(&it.name).unwrap_or(&it.name).to_string();
    let boxes = |it: &Component| (it.inboxes.len(), it.outboxes.len());
    bare(one) == bare(other) && boxes(one) == boxes(other)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axon::trace::Line;

    use super::without_number;
    use crate::{Density, Figure, Model};

    /// A tap, and as many workers as that; the tap is linked to each, each to the next if
    /// that is asked for, and in each is a part that is called the same.
    fn system(workers: u32, is_chain: bool) -> Model {
        let tap = r#"{"id":1,"name":"tap","outboxes":["outbox"]}"#.to_string();
        let worker = |n: u32| {
            let (worker, part) = (2 * n, 2 * n + 1);
            let state = if n == 3 { "blocked" } else { "idle" };
            format!(
                r#"{{"id":{worker},"name":"worker {n}","inboxes":["inbox","next"],
                    "outboxes":["outbox"],"state":"{state}"}},
                {{"id":{part},"name":"part","parent":{worker},
                    "inboxes":[{{"name":"inbox","depth":{n}}}]}}"#
            )
        };
        let workers = || 1..=workers;
        let all: Vec<String> =
            [tap].into_iter().chain(workers().map(worker)).collect();
        let link = |n: u32, [from, to]: [(u32, &str); 2]| {
            format!(
                r#"{{"id":{n},"from":[{},"{}"],"to":[{},"{}"]}}"#,
                from.0, from.1, to.0, to.1
            )
        };
        let mut links = Vec::new();
        for n in workers() {
            links.push(link(10 * n, [(1, "outbox"), (2 * n, "inbox")]));
            links.push(link(10 * n + 1, [(2 * n, "inbox"), (2 * n + 1, "inbox")]));
            if is_chain && n > 1 {
                let next = [(2 * n - 2, "outbox"), (2 * n, "next")];
                links.push(link(10 * n + 2, next));
            }
        }
        let snapshot = format!(
            r#"{{"ev":"snapshot","components":[{}],"links":[{}]}}"#,
            all.join(","),
            links.join(",")
        );
        let model = Model::at(&[snapshot.parse::<Line>().unwrap()], 0);
        assert_eq!(model.notices, [""; 0]);
        model
    }

    fn drawn(model: &Model, figure: Figure) -> String {
        figure.paint(model, &BTreeSet::new()).to_string()
    }

    #[test]
    fn many_who_are_alike_are_one_with_all_that_waits_for_them() {
        let figure = Figure::live().gathered();
        insta::assert_snapshot!(drawn(&system(9, false), figure), @r"
                               ╔═worker ×9═══════════════════════╗
        ┌─tap──────────┐       ║            ┌─part─┐             ║
        │        outbox│──────▶║inbox────45▷│inbox │             ║
        └──────────────┘       ║next        └──────┘       outbox║
                               ╚═1 blocked═══════════════════════╝
        ");
        let compact = figure.density(Density::Compact).ascii();
        insta::assert_snapshot!(drawn(&system(9, false), compact), @r"
                  #=worker x9=================#
        [tap]---->#inbox--45}[part]           #
                  #next                 outbox#
                  #=1 blocked=================#
        ");
    }

    #[test]
    fn a_name_that_says_whose_it_is_is_no_name_of_its_own() {
        let bare = [
            ("protocol 7 of 10.0.0.1:1501", Some("protocol")),
            ("protocol 7", Some("protocol")),
            ("stage7", Some("stage")),
            ("the end of 1984", None),
            ("protocol", None),
        ];
        for (name, bare) in bare {
            assert_eq!(without_number(name), bare);
        }
    }

    #[test]
    fn a_few_or_a_chain_are_drawn_one_by_one() {
        for (workers, is_chain) in [(7, false), (9, true)] {
            let model = system(workers, is_chain);
            let gathered = drawn(&model, Figure::live().gathered());
            assert_eq!(gathered, drawn(&model, Figure::live()));
        }
    }

    #[test]
    fn whoever_has_gone_is_not_counted_until_all_have() {
        let mut model = system(9, false);
        let workers = |model: &mut Model, gone: usize| {
            let all = model.components.iter_mut();
            let workers = all.filter(|it| it.name.starts_with("worker"));
            workers.take(gone).for_each(|it| it.is_gone = true);
            drawn(model, Figure::live().gathered())
        };
        assert!(workers(&mut model, 2).contains("worker ×7"));
        assert!(workers(&mut model, 9).contains("worker ×9"));
    }
}
