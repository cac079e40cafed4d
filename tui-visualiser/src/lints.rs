//! # Lints
//!
//! What is probably wrong with a system, from how it stands: messages that nobody will
//! read, boxes that hold everybody up, a ring in which everybody waits for the next. Each
//! lint says what it found, what that means, and what to try.
//!
//! They are about the flow of messages, and not about the code, which is not seen here.
//! A lint may be wrong: a system may well be meant so.
//!
//! Ancestor: the warnings of tokio-console, in their shape.

use crate::condition::Condition;
use crate::model::{Component, Model, Port};
use crate::waits::{Routes, Wait, inbox, level, name_of_inbox, ring_among, told};

/// For so many rounds something may be amiss before it is said: every component has had
/// its turn so often.
const PATIENCE: u64 = 8;

/// Whoever does so many things in one turn keeps the others waiting.
const MANY: u64 = 500;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Which kind of thing.
    pub kind: Kind,
    /// The component that it is about, by its number in the trace.
    pub component: u32,
    /// What exactly, in the names of the system: the same as long as it lasts.
    pub subject: String,
    /// What there is to say.
    pub sentence: String,
}

/// Kinds of things that are probably wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Somebody failed.
    Failed,
    /// Everybody in a ring waits for the next.
    Ring,
    /// An inbox has been full for long.
    Full,
    /// Somebody does not give way.
    Hog,
    /// An inbox that nobody reads.
    Unread,
    /// An outbox that leads nowhere.
    Nowhere,
    /// What was not read in the end.
    Left,
}

/// For each kind: its word, what it means, and what to try.
const KINDS: [(Kind, &str, &str, &str); 7] = [
    (
        Kind::Failed,
        "failed",
        "It broke off with a panic; what it had received and not yet passed on is lost.",
        "Step back from here and see what it received last.",
    ),
    (
        Kind::Ring,
        "ring",
        "Nobody in the ring can go on before somebody else in it does. It is stuck for \
         good.",
        "Let one of them receive while it waits for room, or let it drop what does not \
         fit; larger inboxes help only if no more can ever be under way.",
    ),
    (
        Kind::Full,
        "full",
        "Whoever sends there has to wait. That is back pressure at work, and it shows \
         who is slow.",
        "Look at the owner: does it have too much to do, or does it wait for somebody \
         itself? A larger inbox only puts it off.",
    ),
    (
        Kind::Hog,
        "hog",
        "As long as a turn lasts nobody else has one.",
        "Let it give way in its loop, once in a while: `again` is for that.",
    ),
    (
        Kind::Unread,
        "unread",
        "Its owner has never taken a message out of it.",
        "Receive from it, or link the outbox to where it was meant for. Is the box's \
         name the one that the code asks for?",
    ),
    (
        Kind::Nowhere,
        "nowhere",
        "What is sent to an outbox that is linked to nothing reaches nobody.",
        "Link it. If nobody is meant to miss what goes there, all is well.",
    ),
    (
        Kind::Left,
        "left",
        "Its owner ended before it had read everything.",
        "Who told it to end? `ProducerFinished` lets it finish what waits, `Shutdown` \
         does not; and somebody may have sent after it had gone.",
    ),
];

impl Kind {
    fn row(self) -> (Kind, &'static str, &'static str, &'static str) {
        KINDS.into_iter().find(|row| row.0 == self).unwrap_or(KINDS[0])
    }

    /// The kind in a word, for programs.
    pub fn word(self) -> &'static str {
        self.row().1
    }

    /// What it means.
    pub fn means(self) -> &'static str {
        self.row().2
    }

    /// What to try.
    pub fn advice(self) -> &'static str {
        self.row().3
    }
}

/// Finds what is probably wrong, the worst first.
pub fn lints(model: &Model) -> Vec<Lint> {
    let routes = Routes::of(model);
    let mut found = Found { model, routes, lints: Vec::new() };
    for n in 0..model.components.len() {
        found.about_component(n);
    }
    if let Some(ring) = ring_among(model, &found.routes) {
        found.about_ring(&ring);
    }
    found.lints.sort_by_key(|it| it.kind);
    found.lints
}

/// Prints lints for whoever has no screen.
pub fn report(lints: &[Lint]) -> String {
    let mut text = String::new();
    for (n, lint) in lints.iter().enumerate() {
        let Lint { kind, sentence, .. } = lint;
        let gap = if n > 0 { "\n" } else { "" };
        let (means, advice) = (kind.means(), kind.advice());
        text += &format!("{gap}{sentence}\n  {means}\n  try: {advice}\n");
    }
    if lints.is_empty() { "nothing seems to be wrong\n".to_string() } else { text }
}

struct Found<'a> {
    model: &'a Model,
    routes: Routes,
    lints: Vec<Lint>,
}

impl Found<'_> {
    fn say(&mut self, kind: Kind, n: usize, subject: String, sentence: String) {
        let component = self.model.components[n].id;
        self.lints.push(Lint { kind, component, subject, sentence });
    }

    fn about_component(&mut self, n: usize) {
        let model = self.model;
        let it = &model.components[n];
        let path = || model.path(n);
        if Condition::of(&it.state) == Some(Condition::Failed) {
            let why = match &*it.why {
                "" => String::new(),
                why => format!(": {why}"),
            };
            let path = path();
            let sentence = format!("{path} failed{why}");
            self.say(Kind::Failed, n, path, sentence);
        }
        if it.turn.most >= MANY {
            let path = path();
            let (most, when) = (it.turn.most, self.when(it.turn.most_at));
            let sentence = format!("{path} did {most} things in one turn, {when}");
            self.say(Kind::Hog, n, path, sentence);
        }
        for postbox in 0..it.outboxes.len() {
            self.about_outbox(it, Port { component: n, postbox });
        }
        for postbox in 0..it.inboxes.len() {
            self.about_inbox(it, Port { component: n, postbox });
        }
    }

    fn about_outbox(&mut self, owner: &Component, port: Port) {
        let outbox = &owner.outboxes[port.postbox];
        // A signal is for whoever wants to hear it.
        let is_wanted = outbox.name != "signal";
        // What went on before a linkage was taken away has reached somebody; so it is not
        // the linkages of now that say what was lost.
        let lost = outbox.lost + outbox.depth as u64;
        if lost > 0 && self.routes.sinks(port).is_empty() && is_wanted {
            let subject =
                format!("{}.{}", self.model.path(port.component), outbox.name);
            let sent = messages(lost);
            let went = if lost == 1 { "was" } else { "were" };
            let sentence =
                format!("`{subject}` leads nowhere, and {sent} {went} sent there");
            self.say(Kind::Nowhere, port.component, subject, sentence);
        }
    }

    fn about_inbox(&mut self, owner: &Component, port: Port) {
        let model = self.model;
        let postbox = inbox(model, port);
        let Some(since) = postbox.since else { return };
        let is_over = model.ended
            || owner.is_gone
            || Condition::of(&owner.state).is_some_and(Condition::is_over);
        let is_amiss = |since: u64| is_over || self.is_long(since);
        let subject = name_of_inbox(model, port);
        let waiting = messages(postbox.depth as u64);
        let wait = if postbox.depth == 1 { "waits" } else { "wait" };
        // What is passed through is read further in.
        let is_passed_on = self.routes.is_passed_on(port);
        let (kind, sentence) = if postbox.passed == 0 && is_amiss(since) {
            if is_passed_on {
                return;
            }
            let when = self.when(since);
            let sentence = format!(
                "nobody reads `{subject}`: {waiting} {wait} there since {when}"
            );
            (Kind::Unread, sentence)
        } else if is_over {
            let left = if postbox.depth == 1 { "was" } else { "were" };
            let sentence = format!("{waiting} {left} left in `{subject}`");
            (Kind::Left, sentence)
        } else {
            let Some(since) = postbox.full_since.filter(|it| self.is_long(*it))
            else {
                return;
            };
            let (level, when) = (level(postbox), self.when(since));
            let sentence =
                format!("`{subject}` has been full ({level}) since {when}");
            (Kind::Full, sentence)
        };
        self.say(kind, port.component, subject, sentence);
    }

    fn about_ring(&mut self, ring: &[(usize, Wait)]) {
        let names = ring.iter().map(|(n, _)| self.model.path(*n));
        let subject = names.collect::<Vec<_>>().join(", ");
        let told = told(self.model, ring);
        let sentence = format!("everybody waits for the next: {told}");
        let first = ring.first().map_or(0, |(n, _)| *n);
        self.say(Kind::Ring, first, subject, sentence);
    }

    /// Whether everybody has had a turn often enough since then.
    fn is_long(&self, since: u64) -> bool {
        let round = match &*self.model.clock {
            // One turn at a time is counted.
            "turns" => self.model.components.len() as u64,
            _ => 1,
        };
        self.model.t.saturating_sub(since) >= PATIENCE * round.max(1)
    }

    fn when(&self, t: u64) -> String {
        let unit = match &*self.model.clock {
            "passes" => "pass",
            "turns" => "turn",
            _ => "t",
        };
        format!("{unit} {t}")
    }
}

fn messages(count: u64) -> String {
    match count {
        1 => "1 message".to_string(),
        count => format!("{count} messages"),
    }
}

#[cfg(test)]
mod tests {
    use axon::trace::Line;

    use super::{KINDS, Kind, lints, report};
    use crate::model::Model;

    /// A reader with a second outbox, somebody slow, and somebody who hears too much.
    const START: [&str; 2] = [
        r#"{"ev":"hello","v":1,"clock":"passes"}"#,
        r#"{"ev":"snapshot","components":[
            {"id":1,"name":"reader","outboxes":["outbox","error","signal"]},
            {"id":2,"name":"shout","inboxes":[{"name":"inbox","capacity":2},"hint"],
                "outboxes":["outbox"]},
            {"id":3,"name":"printer","inboxes":["inbox"]}],
            "links":[{"id":1,"from":[1,"outbox"],"to":[2,"inbox"]},
                {"id":2,"from":[2,"outbox"],"to":[3,"inbox"]}]}"#,
    ];

    fn model(lines: &[&str]) -> Model {
        let lines = START.iter().chain(lines).map(|line| line.parse().unwrap());
        Model::at(&lines.collect::<Vec<Line>>(), u64::MAX)
    }

    #[track_caller]
    fn check(lines: &[&str], expected: &[(Kind, &str)]) {
        let found = lints(&model(lines));
        let found: Vec<(Kind, &str)> =
            found.iter().map(|it| (it.kind, &*it.sentence)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_system_in_good_order_has_no_lints() {
        check(&[], &[]);
        check(
            &[
                r#"{"ev":"send","t":1,"comp":1,"box":"outbox","depth":1}"#,
                r#"{"ev":"deliver","t":1,"link":1,"depth":1}"#,
                r#"{"ev":"send","t":1,"comp":1,"box":"signal","depth":1}"#,
                r#"{"ev":"recv","t":90,"comp":2,"box":"inbox","depth":0}"#,
                r#"{"ev":"end","t":90}"#,
            ],
            &[],
        );
        assert_eq!(report(&[]), "nothing seems to be wrong\n");
    }

    #[test]
    fn an_outbox_that_leads_nowhere_is_said_once_something_was_sent_there() {
        let sent = r#"{"ev":"discard","t":1,"comp":1,"box":"error"}"#;
        let said = "`reader.error` leads nowhere, and 1 message was sent there";
        check(&[sent], &[(Kind::Nowhere, said)]);
        let said = "`reader.error` leads nowhere, and 2 messages were sent there";
        check(&[sent, sent], &[(Kind::Nowhere, said)]);
    }

    #[test]
    fn what_came_through_before_its_linkage_was_taken_away_is_not_lost() {
        // A server's connection closed its inbox when all was written; the protocol that
        // had written it was then said to have sent it nowhere.
        let sent = r#"{"ev":"send","t":1,"comp":1,"box":"outbox","to":[2,"inbox"],"depth":1}"#;
        let read = r#"{"ev":"recv","t":2,"comp":2,"box":"inbox","depth":0}"#;
        let unlinked = r#"{"ev":"unlink","t":3,"link":1}"#;
        check(&[sent, read, unlinked], &[]);
        let late = r#"{"ev":"discard","t":4,"comp":1,"box":"outbox","n":2}"#;
        let said = "`reader.outbox` leads nowhere, and 2 messages were sent there";
        check(&[sent, read, unlinked, late], &[(Kind::Nowhere, said)]);
    }

    #[test]
    fn an_inbox_that_nobody_reads_is_said_after_a_while() {
        let arrives = r#"{"ev":"arrive","t":3,"comp":2,"box":"hint","depth":2}"#;
        check(&[arrives, r#"{"ev":"turn","t":10,"comp":1}"#], &[]);
        let said = "nobody reads `shout.hint`: 2 messages wait there since pass 3";
        let later = r#"{"ev":"turn","t":11,"comp":1}"#;
        check(&[arrives, later], &[(Kind::Unread, said)]);
        let read = r#"{"ev":"recv","t":11,"comp":2,"box":"hint","depth":1}"#;
        check(&[arrives, read, r#"{"ev":"turn","t":99,"comp":1}"#], &[]);
    }

    #[test]
    fn a_box_that_stays_full_is_said_and_one_that_was_emptied_meanwhile_is_not() {
        let full = [
            r#"{"ev":"deliver","t":1,"link":1,"depth":1}"#,
            r#"{"ev":"recv","t":2,"comp":2,"box":"inbox","depth":0}"#,
            r#"{"ev":"deliver","t":3,"link":1,"depth":2}"#,
        ];
        let later = r#"{"ev":"turn","t":20,"comp":1}"#;
        let said = "`shout.inbox` has been full (2/2) since pass 3";
        check(&[&full[..], &[later]].concat(), &[(Kind::Full, said)]);
        let read = r#"{"ev":"recv","t":19,"comp":2,"box":"inbox","depth":1}"#;
        check(&[&full[..], &[read, later]].concat(), &[]);
    }

    #[test]
    fn what_is_left_in_the_end_is_said() {
        let left = [
            r#"{"ev":"deliver","t":1,"link":2,"depth":2}"#,
            r#"{"ev":"recv","t":2,"comp":3,"box":"inbox","depth":1}"#,
        ];
        let said = [(Kind::Left, "1 message was left in `printer.inbox`")];
        check(&[&left[..], &[r#"{"ev":"end","t":3}"#]].concat(), &said);
        let ended = r#"{"ev":"state","t":3,"comp":3,"state":"ended"}"#;
        check(&[&left[..], &[ended]].concat(), &said);
        check(&left, &[]);
    }

    #[test]
    fn a_turn_without_an_end_is_said() {
        let sent = r#"{"ev":"send","t":4,"comp":2,"box":"outbox","depth":1}"#;
        check(&vec![sent; 499], &[]);
        let said = "shout did 600 things in one turn, pass 4";
        check(&vec![sent; 600], &[(Kind::Hog, said)]);
    }

    #[test]
    fn a_failure_comes_first_and_every_lint_says_what_it_means_and_what_to_try() {
        let lines = [
            r#"{"ev":"discard","t":1,"comp":1,"box":"error"}"#,
            r#"{"ev":"state","t":1,"comp":2,"state":"failed","why":"no such act"}"#,
        ];
        insta::assert_snapshot!(report(&lints(&model(&lines))), @r"
        shout failed: no such act
          It broke off with a panic; what it had received and not yet passed on is lost.
          try: Step back from here and see what it received last.

        `reader.error` leads nowhere, and 1 message was sent there
          What is sent to an outbox that is linked to nothing reaches nobody.
          try: Link it. If nobody is meant to miss what goes there, all is well.
        ");
        for (kind, ..) in KINDS {
            assert!(kind.means().ends_with('.') && kind.advice().len() > 10);
        }
    }
}
