//! # Figure
//!
//! Draws a model as text: components with their inboxes on the left edge and their
//! outboxes on the right, and the linkages between them. The book's figures, `course
//! see` and `--print` are drawn here.
//!
//! ```text
//! ┌─reader───────┐   ┌─shout────────┐   ┌─printer──────┐
//! │        outbox│──▶│inbox   outbox│──▶│inbox         │
//! └──────────────┘   └──────────────┘   └──────────────┘
//! ```
//!
//! A composite is a frame around its parts, or, folded, a component whose name begins
//! with a `+`. A passthrough ends in a `▷`; what a part says to its composite itself ends
//! at that inbox's name in parentheses, and what the composite itself says to a part begins
//! at the name of that outbox. Where two lines cross without touching, the
//! picture has a `┼`; where four ends of one line meet, a `●`. What runs back does it under
//! the graph.
//!
//! It has no colours, and no memory of the figure before.
//!
//! Ancestor: `AxonVisualiser.py`, which drew boxes as satellites of their component.

use std::collections::BTreeSet;

use crate::arrangement::{Arrangement, Places};
use crate::canvas::Canvas;
use crate::layout::Cell;
use crate::manner::{ASCII, Density, LINES, Manner};
use crate::model::Model;

/// How a model is to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    manner: Manner,
}

impl Figure {
    /// Who is there, and who is linked to whom.
    pub fn plain() -> Self {
        let density = Density::Boxed;
        let (is_live, is_gathered, is_steady) = (false, false, false);
        let glyphs = &LINES;
        Self { manner: Manner { is_live, is_gathered, is_steady, density, glyphs } }
    }

    /// The same, and how everybody is: the state in the lower border, and at each end
    /// of a linkage how many messages wait there.
    pub fn live() -> Self {
        Self { manner: Manner { is_live: true, ..Self::plain().manner } }
    }

    /// The same for a picture that changes: room is kept for whatever state and number
    /// may come, so that nothing moves when it does.
    pub fn moving() -> Self {
        Self { manner: Manner { is_steady: true, ..Self::live().manner } }
    }

    /// The same with many who are alike as one: eight components or more that are parts
    /// of the same, are called the same but for a number and whose it is, have the same
    /// boxes, and are not linked to each other.
    pub fn gathered(self) -> Self {
        Self { manner: Manner { is_gathered: true, ..self.manner } }
    }

    /// The same in the letters of every keyboard.
    pub fn ascii(self) -> Self {
        Self { manner: Manner { glyphs: &ASCII, ..self.manner } }
    }

    /// The same with so much room for each component.
    pub fn density(self, density: Density) -> Self {
        Self { manner: Manner { density, ..self.manner } }
    }

    /// Finds a place for everything. Composites whose numbers are in `folded` are drawn
    /// without their parts; who is in `before` stays there, if that is possible.
    pub fn arrange(
        self,
        model: &Model,
        folded: &BTreeSet<u32>,
        before: &Places,
    ) -> Arrangement {
        Arrangement::new(self.manner, model, folded, before)
    }

    /// Draws a model, a line of text for each row of cells. A model without components
    /// gives an empty text.
    pub fn draw(self, model: &Model) -> String {
        self.paint(model, &BTreeSet::new()).to_string()
    }

    /// Draws a model so that it fits into so many columns and rows: with boxes if that
    /// is possible, else compact, else with many who are alike as one, else with the
    /// innermost composites folded as well, and so on outwards; and if all of that is
    /// too large, the upper left part of it. A composite that stands alone is not
    /// folded: what is left would say nothing.
    pub fn fit(
        self,
        model: &Model,
        folded: &BTreeSet<u32>,
        densities: &[Density],
        size: Cell,
    ) -> Fitted {
        let foldable = foldable(model);
        let deepest = foldable.iter().map(|(depth, _)| *depth).max().unwrap_or(0);
        let folds = (1..=deepest + 1).rev().map(|from| {
            let deep = foldable.iter().filter(|(depth, _)| *depth >= from);
            folded.iter().copied().chain(deep.map(|(_, id)| *id)).collect()
        });
        let first = std::iter::once((self, folded.clone()));
        let folds = first.chain(folds.map(|folded| (self.gathered(), folded)));
        let mut best = Fitted::default();
        for (figure, folded) in folds {
            for density in densities {
                let canvas = figure.density(*density).paint(model, &folded);
                let (from, to) = canvas.bounds().unwrap_or_default();
                let needed = (to.0 - from.0, to.1 - from.1);
                let is_cut = needed.0 > size.0 || needed.1 > size.1;
                let canvas = canvas.cut(from, (from.0 + size.0, from.1 + size.1));
                best = Fitted { canvas, needed, is_cut };
                if !is_cut {
                    return best;
                }
            }
        }
        best
    }

    /// Draws a model with some of its composites folded, on a sheet of its own.
    pub fn paint(self, model: &Model, folded: &BTreeSet<u32>) -> Canvas {
        let mut canvas = Canvas::default();
        self.arrange(model, folded, &Places::new()).paint(model, &mut canvas);
        canvas
    }
}

/// The composites that do not stand alone, each with how many are around it, and itself.
fn foldable(model: &Model) -> Vec<(usize, u32)> {
    let all = 0..model.components.len();
    let has_others =
        |it: &usize| model.parts(model.components[*it].parent).count() > 1;
    let composites = all.filter(|it| model.parts(Some(*it)).next().is_some());
    let found = composites.filter(has_others);
    found.map(|it| (model.ancestors(it).count(), model.components[it].id)).collect()
}

/// A picture that had to have a certain size.
#[derive(Clone, Debug, Default)]
pub struct Fitted {
    /// What is seen of it.
    pub canvas: Canvas,
    /// How many columns and rows all of it would have needed.
    pub needed: Cell,
    /// Whether that was too much, and a part was left out.
    pub is_cut: bool,
}

#[cfg(test)]
mod tests {
    use axon::trace::Line;

    use super::Figure;
    use crate::model::Model;

    fn model(lines: &[&str]) -> Model {
        let lines: Vec<Line> =
            lines.iter().map(|line| line.parse().unwrap()).collect();
        Model::at(&lines, u64::MAX)
    }

    #[test]
    fn a_crossing_is_not_a_joint() {
        let model = model(&[r#"{"ev":"snapshot","components":[
            {"id":1,"name":"left","outboxes":["up","down"]},
            {"id":2,"name":"right","inboxes":["top","bottom"],"outboxes":["again"]}
        ],"links":[
            {"id":1,"from":[1,"up"],"to":[2,"bottom"]},
            {"id":2,"from":[1,"down"],"to":[2,"top"]},
            {"id":3,"from":[2,"again"],"to":[2,"top"]}
        ]}"#]);
        insta::assert_snapshot!(Figure::plain().draw(&model), @r"
        ┌─left──────┐
        │         up│──╮  ┌─right─────┐
        │       down│─┬┼─▶│top   again│─╮
        └───────────┘ │╰─▶│bottom     │ │
                      │   └───────────┘ │
                      ╰─────────────────╯
        ");
        insta::assert_snapshot!(Figure::plain().ascii().draw(&model), @r"
        +-left------+
        |         up|--.  +-right-----+
        |       down|-+)->|top   again|-.
        +-----------+ |'->|bottom     | |
                      |   +-----------+ |
                      '-----------------'
        ");
    }

    #[test]
    fn an_outbox_that_is_linked_twice_has_a_fork() {
        let model = model(&[r#"{"ev":"snapshot","components":[
            {"id":1,"name":"tap","outboxes":["outbox"]},
            {"id":2,"name":"left","inboxes":["inbox"]},
            {"id":3,"name":"right","inboxes":["inbox"]}
        ],"links":[
            {"id":1,"from":[1,"outbox"],"to":[2,"inbox"]},
            {"id":2,"from":[1,"outbox"],"to":[3,"inbox"]}
        ]}"#]);
        insta::assert_snapshot!(Figure::plain().draw(&model), @r"
        ┌─tap───┐      ┌─left──┐
        │ outbox│──┬──▶│inbox  │
        └───────┘  ╰╮  └───────┘
                    │
                    │  ┌─right─┐
                    ╰─▶│inbox  │
                       └───────┘
        ");
    }

    #[test]
    fn a_name_in_any_script_keeps_the_borders_in_line() {
        let model = model(&[r#"{"ev":"snapshot","components":[
            {"id":1,"name":"読者","outboxes":["sort\u0301ie"]},
            {"id":2,"name":"torn\nname","inboxes":["受信箱"]},
            {"id":3,"name":"nobody"}
        ],"links":[{"id":1,"from":[1,"sort\u0301ie"],"to":[2,"受信箱"]}]}"#]);
        insta::assert_snapshot!(Figure::plain().draw(&model), @r"
        ┌─読者──────┐   ┌─torn�name─┐
        │     sort́ie│──▶│受信箱     │
        └───────────┘   └───────────┘

        ┌─nobody────┐
        │           │
        └───────────┘
        ");
    }

    #[test]
    fn what_waits_stands_beside_its_box_linked_or_not() {
        let snapshot = r#"{"ev":"snapshot","components":[
            {"id":1,"name":"reader","inboxes":["hint"],"outboxes":["outbox","error"]},
            {"id":2,"name":"shout","inboxes":["inbox"],"outboxes":["outbox"]}
        ],"links":[{"id":1,"from":[1,"outbox"],"to":[2,"inbox"]}]}"#;
        let model = model(&[
            snapshot,
            r#"{"ev":"send","comp":1,"box":"outbox","depth":3}"#,
            r#"{"ev":"send","comp":1,"box":"error","depth":1}"#,
            r#"{"ev":"deliver","link":1,"depth":12}"#,
            r#"{"ev":"recv","comp":1,"box":"hint","depth":1}"#,
            r#"{"ev":"send","comp":2,"box":"outbox","depth":7}"#,
            r#"{"ev":"state","comp":1,"state":"ready"}"#,
        ]);
        insta::assert_snapshot!(Figure::live().draw(&model), @r"
         ┌─reader───────┐       ┌─shout────────┐
        1│hint    outbox│2───12▶│inbox   outbox│7
         │         error│1      └──────────────┘
         └─ready────────┘
        ");
    }

    #[test]
    fn what_parts_say_to_their_composite_itself_ends_at_its_inbox_named_once_more() {
        let model = model(&[r#"{"ev":"snapshot","components":[
            {"id":1,"name":"server","inboxes":["inbox","arrivals"],"outboxes":["log"]},
            {"id":2,"name":"listener","parent":1,"outboxes":["outbox"]},
            {"id":3,"name":"worker","parent":1,"inboxes":["inbox"],
                "outboxes":["outbox","done"]}
        ],"links":[
            {"id":1,"from":[2,"outbox"],"to":[1,"arrivals"]},
            {"id":2,"from":[3,"done"],"to":[1,"arrivals"]},
            {"id":3,"from":[3,"outbox"],"to":[1,"log"]},
            {"id":4,"from":[1,"inbox"],"to":[3,"inbox"]}
        ]}"#]);
        insta::assert_snapshot!(Figure::plain().draw(&model), @r"
        ╔═server══════════════════════════════════╗
        ║           ┌─worker───────┐              ║
        ║inbox─────▷│inbox   outbox│───▷───────log║
        ║arrivals   │          done│─╮            ║
        ║           └──────────────┘ │            ║
        ║                            │            ║
        ║           ┌─listener─────┐ │            ║
        ║           │        outbox│─┴─▶(arrivals)║
        ║           └──────────────┘              ║
        ╚═════════════════════════════════════════╝
        ");
    }

    #[test]
    fn what_a_composite_itself_says_to_parts_begins_at_its_outbox_named_once_more() {
        let model = model(&[r#"{"ev":"snapshot","components":[
            {"id":1,"name":"http","inboxes":["inbox"],"outboxes":["outbox","body"]},
            {"id":2,"name":"answer","parent":1,"inboxes":["inbox"],
                "outboxes":["outbox"]}
        ],"links":[
            {"id":1,"from":[1,"body"],"to":[2,"inbox"]},
            {"id":2,"from":[2,"outbox"],"to":[1,"outbox"]}
        ]}"#]);
        insta::assert_snapshot!(Figure::plain().draw(&model), @r"
        ╔═http═════════════════════════════╗
        ║inbox    ┌─answer───────┐         ║
        ║(body)──▶│inbox   outbox│──▷outbox║
        ║         └──────────────┘     body║
        ╚══════════════════════════════════╝
        ");
    }

    #[test]
    fn a_model_without_components_gives_an_empty_text() {
        assert_eq!(Figure::live().draw(&Model::default()), "");
    }
}
