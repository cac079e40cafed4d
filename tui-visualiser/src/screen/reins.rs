//! # Reins
//!
//! How a program that is looked at is stopped, taken a turn further, slowed down, and let
//! go. It knows what the program last said about its pace, and makes the
//! [commands](Command) that the [screen](crate::screen) then sends.
//!
//! To stop the program is not to freeze the picture: a frozen picture is of a program that
//! goes on, and of a stopped program the past can be played.
//!
//! Ancestor: none; nobody could ask anything of the ancestor's programs.

use std::collections::BTreeSet;

use axon::trace::{Command, Event};

use crate::model::Model;

/// How many turns a second a program is let take; beyond the last, as many as it can.
const SPEEDS: [u32; 7] = [1, 2, 4, 10, 25, 100, 1_000];

/// Whoever slows down a program that goes at its own pace wants to see something.
const SLOW: usize = 4;

/// A running program in hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reins {
    pace: Gait,
    /// The linkages whose messages are shown.
    links: BTreeSet<u32>,
    /// The components whose messages are shown.
    components: BTreeSet<u32>,
}

/// How the program goes, as it said itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Gait {
    /// As fast as it can.
    #[default]
    Free,
    /// So many turns a second.
    Slow(u32),
    /// Not at all.
    Stopped,
    /// Until what was asked for has happened.
    Until,
}

/// What can be asked for by choosing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// A component, by its number in the trace.
    Component(u32),
    /// A linkage, by its number in the trace.
    Link(u32),
}

impl Reins {
    /// Takes note of what the program says about its pace; true, if it did.
    pub fn hear(&mut self, event: &Event) -> bool {
        let Event::Pace { pace, turns_per_s } = event else { return false };
        self.pace = match (&**pace, turns_per_s) {
            ("stopped", _) => Gait::Stopped,
            ("until", _) => Gait::Until,
            ("slow", Some(turns)) => Gait::Slow(*turns),
            _ => Gait::Free,
        };
        true
    }

    /// Says how the program goes; nothing, if it goes as it likes.
    pub fn said(&self) -> String {
        match self.pace {
            Gait::Free => String::new(),
            Gait::Slow(1) => "program: 1 turn/s".into(),
            Gait::Slow(turns) => format!("program: {turns} turns/s"),
            Gait::Stopped => "program stopped".into(),
            Gait::Until => "program runs to a stop".into(),
        }
    }

    /// Stops it; or lets it go on, as fast as it can.
    pub fn stop_or_go(&self) -> Command {
        match self.pace {
            Gait::Stopped => Command::Resume,
            Gait::Free | Gait::Slow(_) | Gait::Until => Command::Pause,
        }
    }

    /// Makes it faster or slower by so many speeds.
    pub fn speed(&self, by: i32) -> Command {
        let by = isize::try_from(by).unwrap_or(0);
        let to = match self.pace {
            Gait::Free | Gait::Until if by < 0 => SLOW,
            Gait::Free | Gait::Until => SPEEDS.len(),
            // Nothing is slower than a stop.
            Gait::Stopped if by < 0 => return Command::Pause,
            Gait::Stopped => 0,
            // Another viewer may have asked for a speed that is not among ours.
            Gait::Slow(turns) => {
                let at = SPEEDS.partition_point(|it| *it < turns);
                match at.checked_add_signed(by) {
                    Some(to) => to,
                    None => return Command::Pause,
                }
            }
        };
        Command::Speed { turns_per_s: SPEEDS.get(to).copied() }
    }

    /// On to the next turn of a component, or to the next message on a linkage.
    pub fn until(aim: Aim) -> Command {
        match aim {
            Aim::Component(comp) => Command::Step { comp: Some(comp) },
            Aim::Link(link) => Command::Until { link },
        }
    }

    /// Has the messages of one more shown; or no longer, if they are.
    pub fn watch(&mut self, aim: Aim, model: &Model) -> Command {
        // Who is gone cannot be watched, and the program would refuse the whole list.
        let is_there = |id: &u32| {
            let known = model.components.iter().find(|it| it.id == *id);
            known.is_some_and(|it| !it.is_gone)
        };
        self.components.retain(is_there);
        self.links.retain(|id| model.links.iter().any(|it| it.id == *id));
        let (set, id) = match aim {
            Aim::Component(id) => (&mut self.components, id),
            Aim::Link(id) => (&mut self.links, id),
        };
        if !set.remove(&id) {
            set.insert(id);
        }
        Command::Watch {
            links: self.links.iter().copied().collect(),
            comps: self.components.iter().copied().collect(),
        }
    }

    /// Whether its messages are shown.
    pub fn is_watched(&self, aim: Aim) -> bool {
        match aim {
            Aim::Component(id) => self.components.contains(&id),
            Aim::Link(id) => self.links.contains(&id),
        }
    }
}

#[cfg(test)]
mod tests {
    use axon::trace::{Command, Event};

    use super::{Aim, Reins};
    use crate::model::Model;

    fn at(pace: &str, turns_per_s: Option<u32>) -> Reins {
        let mut reins = Reins::default();
        let pace = pace.to_string();
        assert!(reins.hear(&Event::Pace { pace, turns_per_s }));
        reins
    }

    fn speed(turns_per_s: Option<u32>) -> Command {
        Command::Speed { turns_per_s }
    }

    #[test]
    fn one_key_stops_a_program_and_lets_it_go_on() {
        assert_eq!(Reins::default().stop_or_go(), Command::Pause);
        assert_eq!(at("stopped", None).stop_or_go(), Command::Resume);
        assert_eq!(at("until", None).stop_or_go(), Command::Pause);
        assert_eq!(at("slow", Some(4)).stop_or_go(), Command::Pause);
    }

    #[test]
    fn the_knob_goes_from_a_stop_to_full_speed_and_back() {
        let mut turns = at("stopped", None).speed(1);
        let mut speeds = Vec::new();
        while let Command::Speed { turns_per_s: Some(it) } = turns {
            speeds.push(it);
            turns = at("slow", Some(it)).speed(1);
        }
        assert_eq!(turns, speed(None));
        assert_eq!(speeds, super::SPEEDS);
        assert_eq!(at("full", None).speed(1), speed(None));
        assert_eq!(at("full", None).speed(-1), speed(Some(25)));
        assert_eq!(at("slow", Some(1)).speed(-1), Command::Pause);
        assert_eq!(at("stopped", None).speed(-1), Command::Pause);
        // A speed of somebody else's.
        assert_eq!(at("slow", Some(30)).speed(-1), speed(Some(25)));
        assert_eq!(at("slow", Some(u32::MAX)).speed(1), speed(None));
    }

    #[test]
    fn who_is_gone_is_no_longer_watched() {
        let run = r#"{"ev":"snapshot","seq":0,"components":[{"id":1,"name":"a"},
            {"id":2,"name":"b"}],"links":[]}"#;
        let mut model = Model::at(&[run.parse().unwrap()], 0);
        let mut reins = Reins::default();
        reins.watch(Aim::Component(1), &model);
        let both = Command::Watch { links: vec![], comps: vec![1, 2] };
        assert_eq!(reins.watch(Aim::Component(2), &model), both);
        assert!(reins.is_watched(Aim::Component(1)));
        model.apply(&r#"{"ev":"gone","seq":1,"comp":1}"#.parse().unwrap());
        let none = Command::Watch { links: vec![], comps: vec![] };
        assert_eq!(reins.watch(Aim::Component(2), &model), none);
    }
}
