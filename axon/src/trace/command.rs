//! # Command
//!
//! What a viewer may ask of a running system: a line of JSON each, on the socket on which
//! it reads the trace. What cannot be done is answered with an `error`.
//!
//! ```text
//! {"do":"pause"}
//! {"do":"step"}                        one turn
//! {"do":"step","comp":5}               up to and with the next turn of this one
//! {"do":"until","link":9}              until a message passes along this linkage
//! {"do":"speed","turns_per_s":4}       slowly; null is as fast as can be
//! {"do":"resume"}
//! {"do":"watch","links":[9],"comps":[3]}   whose messages are shown, from now on
//! ```
//!
//! Ancestor: none; the ancestor's introspector only told.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a viewer may ask.
///
/// ```
/// use axon::trace::Command;
///
/// let command: Command = r#"{"do":"step","comp":5}"#.parse()?;
/// assert_eq!(command, Command::Step { comp: Some(5) });
/// let error = r#"{"do":"stap"}"#.parse::<Command>().unwrap_err();
/// assert_eq!(error, "no command is called `stap` (did you mean `step`?)");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "do", rename_all = "lowercase")]
pub enum Command {
    /// Stop between two turns.
    Pause,
    /// Go on, as fast as can be.
    Resume,
    /// Take turns up to and with the next one of a component, or one turn, and stop.
    Step {
        /// The component; none is whoever is next.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comp: Option<u32>,
    },
    /// Go on to the end of the turn in which a message passes along a linkage, and stop.
    Until {
        /// The linkage.
        link: u32,
    },
    /// Take so many turns in a second.
    Speed {
        /// How many; none is as many as can be.
        turns_per_s: Option<u32>,
    },
    /// Show the messages that pass along these linkages, and those of these components,
    /// and no others.
    Watch {
        /// The linkages.
        #[serde(default)]
        links: Vec<u32>,
        /// The components.
        #[serde(default)]
        comps: Vec<u32>,
    },
}

/// What the commands are called.
const NAMES: [&str; 6] = ["pause", "resume", "step", "until", "speed", "watch"];

impl FromStr for Command {
    type Err = String;

    /// Reads one line.
    ///
    /// # Errors
    ///
    /// If there is no such command, or if it lacks what it needs.
    fn from_str(line: &str) -> Result<Self, String> {
        /// What is there to go by when the command itself cannot be read.
        #[derive(Deserialize)]
        struct Named {
            #[serde(rename = "do")]
            name: String,
        }
        serde_json::from_str(line).map_err(|error| {
            let shown = |text: &str| text.chars().take(60).collect::<String>();
            let Ok(Named { name }) = serde_json::from_str(line) else {
                return format!("not a command: {error} in `{}`", shown(line));
            };
            if NAMES.contains(&&*name) {
                return format!("`{name}` cannot be done: {error}");
            }
            let nearest = similar::get_close_matches(&*name, &NAMES, 1, 0.5);
            let name = shown(&name);
            match nearest.first() {
                Some(nearest) => {
                    format!(
                        "no command is called `{name}` (did you mean `{nearest}`?)"
                    )
                }
                None => format!(
                    "no command is called `{name}`; there are {}",
                    NAMES.join(", ")
                ),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Command;

    #[test]
    fn every_command_is_read_as_it_is_written() {
        let (links, comps) = (vec![9], vec![3, 4]);
        for command in [
            Command::Pause,
            Command::Resume,
            Command::Step { comp: None },
            Command::Step { comp: Some(5) },
            Command::Until { link: 9 },
            Command::Speed { turns_per_s: Some(4) },
            Command::Speed { turns_per_s: None },
            Command::Watch { links, comps },
        ] {
            let line = serde_json::to_string(&command).unwrap();
            assert_eq!(line.parse(), Ok(command), "{line}");
        }
        let all = r#"{"do":"watch"}"#.parse::<Command>().unwrap();
        assert_eq!(all, Command::Watch { links: Vec::new(), comps: Vec::new() });
    }

    #[test]
    fn what_is_no_command_is_said_in_words() {
        let refused = |line: &str| line.parse::<Command>().unwrap_err();
        assert_eq!(
            refused(r#"{"do":"dance"}"#),
            "no command is called `dance`; there are pause, resume, step, until, speed, \
             watch"
        );
        assert_eq!(
            refused(r#"{"do":"until"}"#),
            "`until` cannot be done: missing field `link`"
        );
        assert!(refused(r#"{"do":"pau"#).starts_with("not a command: EOF"));
        assert!(refused("\u{7f}".repeat(9_000).as_str()).chars().count() < 200);
    }
}
