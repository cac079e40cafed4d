//! # Viewer
//!
//! What the screen shows, as a value, and how it changes. A [`Message`] tells what
//! happened; [`Viewer::update`] says what follows, and for what it cannot do itself it
//! returns an [`Effect`] for the [screen](crate::screen).
//!
//! ```text
//! key ───▶ Wish ──┐
//! mouse ──────────┼─▶ Message ─▶ update ─▶ Viewer ─▶ view
//! file, program ──┘                 │
//!                                   ╰─▶ Effect
//! ```
//!
//! There is no terminal in this file, and no clock. It counts the ticks that it is told
//! of.
//!
//! **Invariant:** the picture is that of the cursor: whichever way it came there, forward,
//! backward or by a leap, it shows what the tape says of that event.

use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;
use std::time::Duration;

use axon::trace::{Command, Event, Line};

use crate::arrangement::{Arrangement, Places};
use crate::bookmarks::{Bookmarks, Why};
use crate::canvas::Canvas;
use crate::feed::Said;
use crate::figure::Figure;
use crate::layout::Cell;
use crate::lints::{Lint, lints};
use crate::manner::Density;
use crate::model::{Model, Port, Way};
use crate::screen::keys::{Scope, Wish};
use crate::screen::reins::{Aim, Reins};
use crate::sequence::{Detail, Sequence};
use crate::tape::Tape;

/// How long a tick is.
pub const TICK: Duration = Duration::from_millis(40);

/// For so many ticks a message is seen on its way.
const JOURNEY: u32 = 14;

/// More messages at once are not seen one by one.
const CROWD: usize = 100;

/// How many events a second are played.
const SPEEDS: [u32; 10] = [1, 2, 5, 10, 25, 50, 100, 250, 1_000, 10_000];

/// Ticks a second.
const TICKS: u32 = 25;

/// Of what the program prints, so many lines are kept.
const OUTPUT: usize = 1_000;

/// A sequence is told from so many lines before the cursor on, to so many after it.
const STRIP: (usize, usize) = (3_000, 600);

/// A terminal must have so many columns and rows at least.
pub const SMALLEST: (u16, u16) = (48, 12);

/// Everything that is shown, or that decides what is.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// What is looked at: a file, a program.
    pub title: String,
    /// All that has happened.
    pub tape: Tape,
    /// How many lines of it are shown.
    pub cursor: usize,
    /// The system after them.
    pub model: Model,
    /// What is probably wrong with it.
    pub lints: Vec<Lint>,
    /// The cursor and the length of the tape when that was found out.
    linted: (usize, usize),
    /// Places to go to.
    pub bookmarks: Bookmarks,
    /// How the cursor moves.
    pub pace: Pace,
    /// Which of the speeds.
    speed: usize,
    /// What is left of a tick that was too short for an event.
    credit: u32,
    /// Why nothing more will come; none while something may.
    pub over: Option<String>,
    /// Messages on their way.
    pub journeys: Vec<Journey>,
    /// Where everybody stands.
    pub arrangement: Arrangement,
    /// The system that was arranged.
    arranged: Model,
    /// Which density was asked for; none: whatever fits.
    pub density: Option<Density>,
    /// Which one it is.
    shown: Density,
    /// The composites that are drawn without their parts.
    folded: BTreeSet<u32>,
    /// Whether many who are alike are drawn as one.
    is_gathered: bool,
    /// The cell of the arrangement in the graph's upper left corner.
    pub scroll: Cell,
    /// What was chosen.
    pub chosen: Chosen,
    /// How the system is shown.
    pub sight: Sight,
    /// What lies over it.
    pub pane: Pane,
    /// Whether there is an inspector.
    pub has_inspector: bool,
    /// What the program printed beside its trace; none if there is no program.
    pub output: Option<VecDeque<String>>,
    /// Whether that is shown.
    pub has_output: bool,
    /// The program, if it can be asked for something.
    pub reins: Option<Reins>,
    /// Whether it is a system that runs, or did.
    pub is_live: bool,
    /// What was lost, a sentence each.
    pub notices: Vec<String>,
    /// What is to be said about the last key.
    pub said: Option<String>,
    /// What was looked for last.
    pub sought: String,
    /// The column by which the table is sorted.
    pub sort: usize,
    /// The first row of the table that is shown.
    pub row: usize,
    /// How much the sequence tells.
    pub detail: Detail,
    /// How many of its columns are left out before the first that is shown.
    pub aside: usize,
    /// The terminal's columns.
    pub columns: u16,
    /// The terminal's rows.
    pub rows: u16,
    /// Where the mouse was pressed last, while it moves the picture.
    drag: Option<(u16, u16)>,
    is_ascii: bool,
}

/// How the cursor moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// It stands.
    Frozen,
    /// It goes on, so many events a second.
    Playing,
    /// It is at the end, and goes on with it.
    Following,
}

/// A message on its way along a linkage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Journey {
    /// The linkage, by its place in the model.
    pub link: usize,
    /// For so many ticks it has been on its way.
    pub ticks: u32,
}

/// What was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Nothing.
    Nothing,
    /// A component, by its number in the trace.
    Component(u32),
    /// A linkage, by its number in the trace.
    Link(u32),
}

/// How the system is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// As a picture.
    Graph,
    /// As a list.
    Table,
    /// As who sent what to whom.
    Sequence,
}

/// What lies over the picture, or takes the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pane {
    /// Nothing.
    Closed,
    /// Every key and every mark, from a line on.
    Help(usize),
    /// What is probably wrong, with one of the lints chosen.
    Lints(usize),
    /// A name that is looked for.
    Search(String),
    /// A line that is typed into the program.
    Type(String),
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// A key was pressed that means something.
    Wish(Wish),
    /// The mouse was pressed on a column and a row.
    Press(u16, u16),
    /// It was moved there while pressed.
    Drag(u16, u16),
    /// It was let go.
    Release,
    /// Its wheel was turned.
    Wheel(i32),
    /// The terminal has another size.
    Resized(u16, u16),
    /// Time passed.
    Tick,
    /// The file or the program said something.
    Said(Vec<Said>),
    /// The program printed something elsewhere.
    Printed(String),
    /// What was lost so far.
    Notices(Vec<String>),
    /// There is a program that can be asked for something.
    Attached,
    /// It can no longer.
    Detached,
    /// Nothing more will come, and why.
    Over(String),
}

/// What the viewer cannot do itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Give this to the program.
    Type(String),
    /// Ask the program for this.
    Ask(Command),
    /// Give the terminal back for a while.
    Suspend,
    /// Give it back.
    Leave,
}

/// A part of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// Its first column.
    pub x: u16,
    /// Its first row.
    pub y: u16,
    /// In columns.
    pub width: u16,
    /// In rows.
    pub height: u16,
}

impl Area {
    fn holds(self, x: u16, y: u16) -> bool {
        (self.x..self.x + self.width).contains(&x)
            && (self.y..self.y + self.height).contains(&y)
    }

    fn size(self) -> Cell {
        (i32::from(self.width), i32::from(self.height))
    }
}

/// Where each thing is on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    /// The graph, or the table.
    pub sight: Area,
    /// The inspector; without a column, if there is none.
    pub inspector: Area,
    /// What the program prints; without a row, if that is not shown.
    pub output: Area,
    /// The time line.
    pub time: Area,
}

impl Viewer {
    /// Begins with nothing, and follows what comes.
    pub fn new(title: impl Into<String>, is_ascii: bool) -> Self {
        let model = Model::default();
        let nobody =
            Figure::moving().arrange(&model, &BTreeSet::new(), &Places::new());
        Self {
            title: title.into(),
            tape: Tape::default(),
            cursor: 0,
            model: model.clone(),
            lints: Vec::new(),
            linted: (0, 0),
            bookmarks: Bookmarks::default(),
            pace: Pace::Following,
            speed: 3,
            credit: 0,
            over: None,
            journeys: Vec::new(),
            arrangement: nobody,
            arranged: model,
            density: None,
            shown: Density::Boxed,
            folded: BTreeSet::new(),
            is_gathered: true,
            scroll: (0, 0),
            chosen: Chosen::Nothing,
            sight: Sight::Graph,
            pane: Pane::Closed,
            has_inspector: false,
            output: None,
            has_output: false,
            reins: None,
            is_live: false,
            notices: Vec::new(),
            said: None,
            sought: String::new(),
            sort: 0,
            row: 0,
            detail: Detail::Messages,
            aside: 0,
            columns: 80,
            rows: 24,
            drag: None,
            is_ascii,
        }
    }

    /// The same for a program that was started to be seen: what it prints is shown too.
    pub fn of_program(self) -> Self {
        Self { output: Some(VecDeque::new()), has_output: true, ..self }
    }

    /// The same for a system that runs.
    pub fn of_system(self) -> Self {
        let said = "the program has not said anything yet".to_string();
        Self { is_live: true, said: Some(said), ..self }
    }

    /// The same for a run that is over: it is played from its beginning, and not followed.
    pub fn of_run(mut self, lines: Vec<Line>) -> Self {
        lines.into_iter().for_each(|line| self.tape.push(line));
        self.bookmarks.look(&self.tape);
        self.pace = Pace::Playing;
        // What is there before anything happens can be shown at once.
        let is_topology = |line: &Line| {
            matches!(line.event, Event::Hello { .. } | Event::Snapshot { .. })
        };
        let first = self.tape.first();
        let there = (first..self.tape.len())
            .take_while(|at| self.tape.line(*at).is_some_and(is_topology));
        let count = there.count();
        self.seek(first + count);
        self.look();
        self
    }

    /// Changes what is shown, and says what has to be done for it.
    pub fn update(&mut self, message: Message) -> Option<Effect> {
        // News comes many times between two pictures, and is looked at once for each.
        if let Message::Said(_) = message {
            return self.follow(message);
        }
        self.look();
        let effect = self.follow(message);
        self.look();
        effect
    }

    /// Looks for what is wrong, if there is something new to look at. It is to be called
    /// before the viewer is shown.
    pub fn look(&mut self) {
        let now = (self.cursor, self.tape.len());
        if now != self.linted {
            self.linted = now;
            self.bookmarks.look(&self.tape);
            self.lints = lints(&self.model);
            if let Pane::Lints(n) = &mut self.pane {
                *n = (*n).min(self.lints.len().saturating_sub(1));
            }
        }
    }

    fn follow(&mut self, message: Message) -> Option<Effect> {
        match message {
            Message::Wish(wish) => return self.grant(wish),
            Message::Press(x, y) => self.press(x, y),
            Message::Drag(x, y) => {
                if let Some((from_x, from_y)) = self.drag.replace((x, y)) {
                    let by = |from: u16, to: u16| i32::from(from) - i32::from(to);
                    self.pan(by(from_x, x), by(from_y, y));
                }
            }
            Message::Release => self.drag = None,
            Message::Wheel(by) => match (&mut self.pane, self.sight) {
                (Pane::Help(down), _) => *down = moved(*down, by, usize::MAX),
                (Pane::Lints(_), _) => self.choose_lint(by),
                (_, Sight::Graph) => self.pan(0, by * 2),
                (_, Sight::Table) => self.next(by),
                (_, Sight::Sequence) => self.seek_row(by),
            },
            Message::Resized(columns, rows) => {
                (self.columns, self.rows) = (columns, rows);
                self.arrange_if(true);
            }
            Message::Tick => self.tick(),
            Message::Said(said) => self.hear(said),
            Message::Printed(line) => self.print(line),
            Message::Notices(notices) => self.notices = notices,
            Message::Attached => self.reins = Some(Reins::default()),
            Message::Detached => self.reins = None,
            Message::Over(why) => {
                // The first reason is the one that counts.
                self.over.get_or_insert(why);
                if self.pace == Pace::Following {
                    self.pace = Pace::Frozen;
                }
            }
        }
        None
    }

    /// Says what the keys mean at this moment.
    pub fn scope(&self) -> Scope {
        match (&self.pane, self.sight) {
            (Pane::Help(_), _) => Scope::Help,
            (Pane::Search(_) | Pane::Type(_), _) => Scope::Line,
            (Pane::Closed, Sight::Graph) => Scope::Graph,
            (Pane::Closed, Sight::Table) => Scope::Table,
            (Pane::Closed, Sight::Sequence) => Scope::Sequence,
            (Pane::Lints(_), _) => Scope::Lints,
        }
    }

    /// Says whether something moves, so that time has to be told.
    pub fn is_moving(&self) -> bool {
        self.pace == Pace::Playing || !self.journeys.is_empty()
    }

    /// How many events a second are played.
    pub fn events_per_second(&self) -> u32 {
        SPEEDS[self.speed]
    }

    /// Where each thing is on the screen.
    pub fn areas(&self) -> Areas {
        let (columns, rows) = (self.columns, self.rows);
        let time =
            Area { x: 0, y: rows.saturating_sub(2), width: columns, height: 1 };
        let body = rows.saturating_sub(3);
        let printed = match (self.has_output, &self.output) {
            (true, Some(_)) => (body / 4).clamp(2, 10),
            _ => 0,
        };
        let body = body - printed;
        let output = Area { x: 0, y: 1 + body, width: columns, height: printed };
        let whole = Area { x: 0, y: 1, width: columns, height: body };
        let (mut sight, mut inspector) = (whole, Area::default());
        if self.has_inspector && columns >= 100 {
            inspector = Area { x: columns - 40, width: 40, ..whole };
            sight.width = columns - 40;
        } else if self.has_inspector {
            let height = (body / 2).min(12);
            inspector = Area { y: 1 + body - height, height, ..whole };
            sight.height = body - height;
        }
        Areas { sight, inspector, output, time }
    }

    /// The component that was chosen, by its place in the model.
    pub fn chosen_component(&self) -> Option<usize> {
        let Chosen::Component(id) = self.chosen else { return None };
        self.model.components.iter().position(|it| it.id == id)
    }

    /// The linkages that were chosen, or that the chosen component has.
    pub fn chosen_links(&self) -> BTreeSet<usize> {
        let all = self.model.links.iter().enumerate();
        let component = self.chosen_component();
        let is_it = |(_, link): &(usize, &crate::model::Link)| match self.chosen {
            Chosen::Nothing => false,
            Chosen::Link(id) => link.id == id,
            Chosen::Component(_) => component.is_some_and(|it| {
                link.from.component == it || link.to.component == it
            }),
        };
        all.filter(is_it).map(|(n, _)| n).collect()
    }

    /// Paints what is seen of the graph.
    pub fn paint(&self) -> Canvas {
        let (wide, high) = self.areas().sight.size();
        let (x, y) = self.scroll;
        let mut canvas = Canvas::through(self.scroll, (x + wide, y + high));
        self.arrangement.paint(&self.model, &mut canvas);
        canvas
    }

    /// Where a message on its way is now.
    pub fn place(&self, journey: &Journey) -> Option<Cell> {
        let way = self.arrangement.way(journey.link);
        // It is seen between the borders, and not in them.
        let last = way.len().checked_sub(2)?;
        let steps = u32::try_from(last).ok()?;
        let at = 1 + journey.ticks * steps.saturating_sub(1) / JOURNEY;
        way.get(usize::try_from(at).ok()?.min(last)).copied()
    }

    /// Names a linkage by both of its ends.
    pub fn name_of_link(&self, link: usize) -> String {
        let link = &self.model.links[link];
        let inbox = |port: Port| {
            let it = &self.model.components[port.component];
            format!("{}.{}", it.name, it.inboxes[port.postbox].name)
        };
        let outbox = |port: Port| {
            let it = &self.model.components[port.component];
            format!("{}.{}", it.name, it.outboxes[port.postbox].name)
        };
        let (from, to) = match link.way {
            Way::Across | Way::Home | Way::Errand => {
                (outbox(link.from), inbox(link.to))
            }
            Way::Inwards => (inbox(link.from), inbox(link.to)),
            Way::Outwards => (outbox(link.from), outbox(link.to)),
        };
        format!("{from} -> {to}")
    }

    /// The components in the order of the table.
    pub fn table(&self) -> Vec<usize> {
        let components = &self.model.components;
        let mut all: Vec<usize> = (0..components.len()).collect();
        let busy = |n: &usize| {
            let shares = components[*n].shares.at(self.model.t);
            shares.map(|it| it.busy)
        };
        let waiting = |n: &usize| -> usize {
            components[*n].inboxes.iter().map(|it| it.depth).sum()
        };
        let received = |n: &usize| -> u64 {
            components[*n].inboxes.iter().map(|it| it.passed).sum()
        };
        let sent = |n: &usize| -> u64 {
            components[*n].outboxes.iter().map(|it| it.passed).sum()
        };
        match self.sort {
            0 => all.sort_by_key(|n| self.model.path(*n)),
            1 => all.sort_by_key(|n| components[*n].state.clone()),
            2 => all.sort_by_key(|n| std::cmp::Reverse(busy(n))),
            3 => all.sort_by_key(|n| std::cmp::Reverse(waiting(n))),
            4 => all.sort_by_key(|n| std::cmp::Reverse(received(n))),
            _ => all.sort_by_key(|n| std::cmp::Reverse(sent(n))),
        }
        all
    }

    fn grant(&mut self, wish: Wish) -> Option<Effect> {
        self.said = None;
        if let Pane::Search(_) | Pane::Type(_) = self.pane {
            return self.write(wish);
        }
        if let Pane::Help(down) = &mut self.pane {
            match wish {
                Wish::Go(_, by) => *down = moved(*down, by, usize::MAX),
                Wish::Page(by) => *down = moved(*down, by * 8, usize::MAX),
                Wish::Leave => return Some(Effect::Leave),
                Wish::Suspend => return Some(Effect::Suspend),
                _ => self.pane = Pane::Closed,
            }
            return None;
        }
        if let Pane::Lints(_) = self.pane {
            return self.grant_lints(wish);
        }
        match wish {
            Wish::Go(x, y) => match self.sight {
                Sight::Graph => self.go(x, y),
                Sight::Table => self.next(y),
                Sight::Sequence if y != 0 => self.seek_row(y),
                Sight::Sequence => {
                    let last = self.sequence().columns.len();
                    self.aside = moved(self.aside, x, last.saturating_sub(1));
                }
            },
            Wish::Pan(x, y) => self.pan(x, y),
            Wish::Page(by) => {
                let half = i32::from(self.areas().sight.height) / 2;
                match self.sight {
                    Sight::Graph => self.pan(0, by * half),
                    Sight::Table => self.next(by * half),
                    Sight::Sequence => self.seek_row(by * half),
                }
            }
            Wish::Next(by) => self.next(by),
            Wish::Inspect => {
                self.has_inspector = !self.has_inspector;
                if self.has_inspector && self.chosen == Chosen::Nothing {
                    self.next(1);
                }
                self.arrange_if(true);
                self.reveal();
            }
            Wish::Fold => self.fold(),
            Wish::FoldAll => self.fold_all(),
            Wish::Each => {
                self.is_gathered = !self.is_gathered;
                self.arrange_anew();
                self.say(match self.is_gathered {
                    true => "many who are alike are one",
                    false => "everybody is drawn",
                });
            }
            Wish::Density => {
                self.density = match self.density {
                    None => Some(Density::Boxed),
                    Some(Density::Boxed) => Some(Density::Compact),
                    Some(Density::Compact) => None,
                };
                self.arrange_anew();
            }
            Wish::Arrange => self.arrange_anew(),
            Wish::Centre => self.centre(),
            Wish::Table => self.show(Sight::Table),
            Wish::Sequence => self.show(Sight::Sequence),
            Wish::Sort if self.sight == Sight::Sequence => {
                self.detail = match self.detail {
                    Detail::Messages => Detail::All,
                    Detail::All => Detail::Messages,
                };
            }
            Wish::Sort => self.sort = (self.sort + 1) % 6,
            Wish::Lints => self.pane = Pane::Lints(0),
            Wish::Mark => {
                let is_new = self.bookmarks.toggle(self.cursor);
                self.say(if is_new { "marked" } else { "no longer marked" });
            }
            Wish::Bookmark(by) => self.seek_bookmark(by > 0),
            Wish::Search => self.pane = Pane::Search(String::new()),
            Wish::Again => self.find(),
            Wish::Freeze => self.freeze(),
            Wish::Step(by) => {
                self.pace = Pace::Frozen;
                if by > 0 {
                    self.advance(1);
                } else {
                    self.seek(self.cursor.saturating_sub(1));
                }
            }
            Wish::Seek(by) => {
                let twentieth =
                    i32::try_from(self.tape.len() / 20).unwrap_or(i32::MAX);
                self.pace = Pace::Frozen;
                let to = moved(
                    self.cursor,
                    by.saturating_mul(twentieth.max(1)),
                    self.tape.len(),
                );
                self.seek(to);
            }
            Wish::Start => {
                self.pace = Pace::Frozen;
                self.seek(0);
            }
            Wish::Follow => {
                self.seek(self.tape.len());
                let is_over = self.over.is_some();
                self.pace = if is_over { Pace::Frozen } else { Pace::Following };
            }
            Wish::Speed(by) => self.speed = moved(self.speed, by, SPEEDS.len() - 1),
            Wish::Stop | Wish::Turn | Wish::Until | Wish::Pace(_) | Wish::Watch => {
                return self.drive(wish);
            }
            Wish::Linkage => self.next_link(),
            Wish::Output => match self.output {
                Some(_) => {
                    self.has_output = !self.has_output;
                    self.arrange_if(true);
                }
                None => self.say("there is no program here, only its trace"),
            },
            Wish::Type => match (&self.output, &self.over) {
                (Some(_), None) => self.pane = Pane::Type(String::new()),
                (Some(_), Some(_)) => self.say("the program has ended"),
                (None, _) => self.say("there is no program here to type into"),
            },
            Wish::Help => self.pane = Pane::Help(0),
            Wish::Back => return self.back(),
            Wish::Leave => return Some(Effect::Leave),
            Wish::Suspend => return Some(Effect::Suspend),
            Wish::Letter(_) | Wish::Erase | Wish::Enter => {}
        }
        None
    }

    /// What the program is asked for.
    fn drive(&mut self, wish: Wish) -> Option<Effect> {
        let aim = self.aim();
        let (model, over) = (&self.model, &self.over);
        let Some(reins) = &mut self.reins else {
            self.said = Some(match (over, self.is_live || self.output.is_some()) {
                (Some(why), true) => why.clone(),
                (None, true) => "the program has not called yet".into(),
                (_, false) => "it is a recording: there is no program to ask".into(),
            });
            return None;
        };
        let command = match (wish, aim) {
            (Wish::Stop, _) => reins.stop_or_go(),
            (Wish::Pace(by), _) => reins.speed(by),
            (Wish::Until, Some(aim)) => Reins::until(aim),
            (Wish::Watch, Some(aim)) => reins.watch(aim, model),
            (Wish::Until | Wish::Watch, None) => {
                self.say("choose a component first, or with x a linkage");
                return None;
            }
            _ => Command::Step { comp: None },
        };
        let is_watched = aim.is_some_and(|aim| reins.is_watched(aim));
        let said = match command {
            Command::Pause => "the program stops after this turn",
            Command::Watch { .. } if is_watched => {
                "its messages are shown from now on"
            }
            Command::Watch { .. } => "its messages are no longer shown",
            Command::Until { .. } => "until a message passes there",
            Command::Step { comp: Some(_) } => "until it had its turn",
            _ => "",
        };
        self.said = (!said.is_empty()).then(|| said.to_string());
        if let Wish::Turn | Wish::Until = wish {
            // Who takes a step wants to see it.
            self.seek(self.tape.len());
            self.pace = Pace::Following;
        }
        Some(Effect::Ask(command))
    }

    /// What is chosen, if the program can be asked about it.
    pub fn aim(&self) -> Option<Aim> {
        match self.chosen {
            Chosen::Nothing => None,
            Chosen::Component(id) => Some(Aim::Component(id)),
            Chosen::Link(id) => Some(Aim::Link(id)),
        }
    }

    /// Whether the program shows the messages of what is chosen.
    pub fn is_watched(&self) -> bool {
        let reins = self.reins.as_ref();
        reins.zip(self.aim()).is_some_and(|(reins, aim)| reins.is_watched(aim))
    }

    /// The next linkage of who is chosen; or of all, if nobody is.
    fn next_link(&mut self) {
        let links = &self.model.links;
        let (around, before) = match self.chosen {
            Chosen::Component(_) => (self.chosen_links(), None),
            Chosen::Link(id) => {
                let known = links.iter().position(|it| it.id == id);
                // Those that lead from where this one does.
                let from = known.map(|n| links[n].from.component);
                let beside = |n: &usize| Some(links[*n].from.component) == from;
                ((0..links.len()).filter(beside).collect(), known)
            }
            Chosen::Nothing => ((0..links.len()).collect(), None),
        };
        let after = around.iter().find(|n| before.is_none_or(|it| **n > it));
        match after.or(around.first()) {
            Some(n) => self.chosen = Chosen::Link(links[*n].id),
            None => self.say("there is no linkage"),
        }
    }

    /// A view, or the graph if it is shown already.
    fn show(&mut self, sight: Sight) {
        self.sight = if self.sight == sight { Sight::Graph } else { sight };
        self.reveal();
    }

    /// In the list of lints.
    fn grant_lints(&mut self, wish: Wish) -> Option<Effect> {
        match wish {
            Wish::Go(_, by) => self.choose_lint(by),
            Wish::Page(by) => self.choose_lint(by * 5),
            Wish::Help => self.pane = Pane::Help(0),
            Wish::Leave => return Some(Effect::Leave),
            Wish::Suspend => return Some(Effect::Suspend),
            Wish::Enter => {
                let Pane::Lints(n) = self.pane else { return None };
                let id = self.lints.get(n).map(|it| it.component);
                self.pane = Pane::Closed;
                let known = self.model.components.iter();
                if let Some(n) = known.clone().position(|it| Some(it.id) == id) {
                    self.unfold(n);
                    self.choose(n);
                }
            }
            _ => self.pane = Pane::Closed,
        }
        None
    }

    fn choose_lint(&mut self, by: i32) {
        let last = self.lints.len().saturating_sub(1);
        if let Pane::Lints(n) = &mut self.pane {
            *n = moved(*n, by, last);
        }
    }

    fn seek_bookmark(&mut self, is_after: bool) {
        let Some((at, whys)) = self.bookmarks.beside(self.cursor, is_after) else {
            return self.say("there is no bookmark that way; b sets one");
        };
        let said: Vec<String> = whys.iter().map(said_of).collect();
        self.pace = Pace::Frozen;
        self.seek(at);
        self.say(said.join("; "));
    }

    /// Where somebody types.
    fn write(&mut self, wish: Wish) -> Option<Effect> {
        let (Pane::Search(text) | Pane::Type(text)) = &mut self.pane else {
            return None;
        };
        match wish {
            Wish::Letter(letter) => text.push(letter),
            Wish::Erase => {
                text.pop();
            }
            Wish::Back => {
                self.pane = Pane::Closed;
                return None;
            }
            Wish::Leave => return Some(Effect::Leave),
            Wish::Suspend => return Some(Effect::Suspend),
            Wish::Enter => {
                let text = text.clone();
                let was = std::mem::replace(&mut self.pane, Pane::Closed);
                if let Pane::Type(_) = was {
                    return Some(Effect::Type(text));
                }
                self.sought = text;
                self.find();
            }
            _ => {}
        }
        None
    }

    fn back(&mut self) -> Option<Effect> {
        if self.has_inspector {
            self.has_inspector = false;
            self.arrange_if(true);
        } else if self.sight != Sight::Graph {
            self.sight = Sight::Graph;
        } else if self.chosen != Chosen::Nothing {
            self.chosen = Chosen::Nothing;
        } else {
            return Some(Effect::Leave);
        }
        None
    }

    fn say(&mut self, sentence: impl Into<String>) {
        self.said = Some(sentence.into());
    }

    // What happens, and when it is shown.

    fn hear(&mut self, said: Vec<Said>) {
        for said in said {
            match said {
                Said::Line(line) => self.hear_line(line),
                Said::Other(text) => self.print(text),
                Said::Version(v) => {
                    let why =
                        format!("a trace of version {v}, which this cannot read");
                    self.over = Some(why);
                }
            }
        }
        if self.cursor < self.tape.first() {
            // Where the picture was frozen has been let go.
            self.seek(self.tape.first());
        }
        if self.pace == Pace::Following {
            self.advance(self.tape.len() - self.cursor);
        }
    }

    fn hear_line(&mut self, line: Line) {
        if self.is_live && self.tape.is_empty() {
            self.said = None;
        }
        if let Some(reins) = &mut self.reins {
            if reins.hear(&line.event) {
                self.said = None;
            }
            if let Event::Error { text, comp: None } = &line.event {
                self.said = Some(text.clone());
            }
        }
        self.tape.push(line);
    }

    fn print(&mut self, line: String) {
        if let Some(output) = &mut self.output {
            output.push_back(line);
            if output.len() > OUTPUT {
                output.pop_front();
            }
        }
    }

    fn freeze(&mut self) {
        let is_last = self.cursor == self.tape.len();
        self.pace = match (self.pace, &self.over) {
            (Pace::Following | Pace::Playing, _) => Pace::Frozen,
            (Pace::Frozen, None) if is_last => Pace::Following,
            (Pace::Frozen, Some(_)) if is_last => {
                self.seek(self.tape.first());
                Pace::Playing
            }
            (Pace::Frozen, _) => Pace::Playing,
        };
    }

    fn tick(&mut self) {
        for journey in &mut self.journeys {
            journey.ticks += 1;
        }
        self.journeys.retain(|journey| journey.ticks < JOURNEY);
        if self.pace != Pace::Playing {
            return;
        }
        self.credit += self.events_per_second();
        let events = usize::try_from(self.credit / TICKS).unwrap_or(0);
        self.credit %= TICKS;
        self.advance(events);
        if self.cursor == self.tape.len() {
            let is_over = self.over.is_some();
            self.pace = if is_over { Pace::Frozen } else { Pace::Following };
        }
    }

    /// Shows so many events more.
    fn advance(&mut self, events: usize) {
        let mut is_other = false;
        for _ in 0..events {
            let Some(line) = self.tape.line(self.cursor) else { break };
            self.model.apply(line);
            self.cursor += 1;
            let room = CROWD.saturating_sub(self.journeys.len());
            let links = match &line.event {
                Event::Hello { .. }
                | Event::Snapshot { .. }
                | Event::Add(_)
                | Event::Gone { .. }
                | Event::Link(_)
                | Event::Unlink { .. } => {
                    is_other = true;
                    continue;
                }
                Event::Deliver { link, .. } if room > 0 => {
                    let known =
                        self.model.links.iter().position(|it| it.id == *link);
                    known.into_iter().collect()
                }
                Event::Send { comp, outbox, to: Some(_), .. } if room > 0 => {
                    self.model.ways_from(*comp, outbox)
                }
                _ => Vec::new(),
            };
            let set_out = |link| Journey { link, ticks: 0 };
            self.journeys.extend(links.into_iter().take(room).map(set_out));
        }
        if is_other && !is_same(&self.model, &self.arranged) {
            self.journeys.clear();
            self.arrange_if(false);
        }
    }

    /// Shows so many events from the first on.
    fn seek(&mut self, count: usize) {
        self.journeys.clear();
        self.credit = 0;
        self.cursor = count.clamp(self.tape.first(), self.tape.len());
        self.model = self.tape.at(self.cursor);
        self.arrange_if(false);
    }

    // Where everybody stands.

    /// Arranges the system if it is another one, or if there is other room for it.
    fn arrange_if(&mut self, has_other_room: bool) {
        if has_other_room && self.density.is_none() {
            let fits = self.fits(Density::Boxed);
            let density = if fits { Density::Boxed } else { Density::Compact };
            if density != self.shown {
                self.arrange_anew();
                return;
            }
        }
        if !is_same(&self.model, &self.arranged) {
            if self.arranged.components.is_empty() {
                self.arrange_anew();
            } else {
                self.arrange(&self.arrangement.places().clone());
                self.use_room();
            }
        } else if has_other_room
            && (self.chosen == Chosen::Nothing || self.is_whole())
        {
            self.centre();
        }
    }

    fn arrange_anew(&mut self) {
        self.shown = match self.density {
            Some(density) => density,
            None if self.fits(Density::Boxed) => Density::Boxed,
            None => Density::Compact,
        };
        self.arrange(&Places::new());
        self.centre();
    }

    fn arrange(&mut self, before: &Places) {
        let figure = self.figure(self.shown);
        self.arrangement = figure.arrange(&self.model, &self.folded, before);
        self.arranged = self.model.clone();
    }

    fn figure(&self, density: Density) -> Figure {
        let mut figure = Figure::moving().density(density);
        if self.is_gathered {
            figure = figure.gathered();
        }
        if self.is_ascii { figure.ascii() } else { figure }
    }

    fn fits(&self, density: Density) -> bool {
        let figure = self.figure(density);
        let arranged = figure.arrange(&self.model, &self.folded, &Places::new());
        let (from, to) = extent(&arranged);
        let (wide, high) = self.areas().sight.size();
        to.0 - from.0 <= wide && to.1 - from.1 <= high
    }

    /// Shows all of the picture in the middle, if there is room; or else what is chosen,
    /// or its beginning.
    fn centre(&mut self) {
        let (wide, high) = self.areas().sight.size();
        let item = self.chosen_component().and_then(|it| self.arrangement.item(it));
        let item = item.filter(|_| !self.is_whole());
        let (from, to) = match item {
            Some(item) => {
                let (x, y) = item.corner;
                (item.corner, (x + item.width, y + item.height))
            }
            None => extent(&self.arrangement),
        };
        let middle = |from: i32, to: i32, room: i32| match to - from > room {
            true => from,
            false => from - (room - (to - from)) / 2,
        };
        self.scroll = (middle(from.0, to.0, wide), middle(from.1, to.1, high));
    }

    /// Moves the picture if there is room free at one side while it is cut off at the
    /// other: it has grown.
    fn use_room(&mut self) {
        let (wide, high) = self.areas().sight.size();
        let (from, to) = extent(&self.arrangement);
        let used = |at: i32, from: i32, to: i32, room: i32| {
            let is_cut = to > at + room;
            if is_cut && from > at { (to - room).min(from) } else { at }
        };
        self.scroll.0 = used(self.scroll.0, from.0, to.0, wide);
        self.scroll.1 = used(self.scroll.1, from.1, to.1, high);
    }

    /// Says whether all of the picture is seen.
    fn is_whole(&self) -> bool {
        let (wide, high) = self.areas().sight.size();
        let (from, to) = extent(&self.arrangement);
        to.0 - from.0 <= wide && to.1 - from.1 <= high
    }

    fn pan(&mut self, x: i32, y: i32) {
        let (wide, high) = self.areas().sight.size();
        let (from, to) = extent(&self.arrangement);
        // Something always stays in sight.
        let bound = |at: i32, from: i32, to: i32, room: i32| {
            at.clamp(from - room + 4, (to - 4).max(from - room + 4))
        };
        self.scroll.0 = bound(self.scroll.0 + x, from.0, to.0, wide);
        self.scroll.1 = bound(self.scroll.1 + y, from.1, to.1, high);
    }

    /// Moves the picture so that what is chosen is in it.
    fn reveal(&mut self) {
        let Some(n) = self.chosen_component() else { return };
        let (wide, high) = self.areas().sight.size();
        let Some(item) = self.arrangement.item(n) else { return };
        let into = |scroll: &mut i32, at: i32, size: i32, room: i32| {
            *scroll = (*scroll).max(at + size + 1 - room).min(at - 1);
        };
        into(&mut self.scroll.0, item.corner.0, item.width, wide);
        into(&mut self.scroll.1, item.corner.1, item.height, high);
        let table = self.table();
        let at = table.iter().position(|it| *it == n).unwrap_or(0);
        let room = usize::from(self.areas().sight.height).saturating_sub(2).max(1);
        self.row = self.row.max((at + 1).saturating_sub(room)).min(at);
    }

    fn fold(&mut self) {
        let Some(n) = self.chosen_component() else {
            return self.say("choose a composite first");
        };
        // A part folds what it is a part of.
        let is_composite = self.model.parts(Some(n)).next().is_some();
        let target =
            if is_composite { Some(n) } else { self.model.components[n].parent };
        // Of a crowd, the one that is drawn is folded.
        let drawn = |n: usize| self.arrangement.item(n).map_or(n, |it| it.component);
        let Some(target) = target.map(drawn) else {
            return self.say("it has no parts, and is not a part");
        };
        let id = self.model.components[target].id;
        if !self.folded.remove(&id) {
            self.folded.insert(id);
        }
        self.chosen = Chosen::Component(id);
        // The composite stays where it is on the screen, and the others find new places.
        let corner = |it: &Self| it.arrangement.item(target).map(|it| it.corner);
        let before = corner(self).unwrap_or_default();
        let (shown, scroll) = (self.shown, self.scroll);
        self.arrange_anew();
        let after = corner(self).unwrap_or_default();
        if shown == self.shown && !self.is_whole() {
            self.scroll.0 = scroll.0 + after.0 - before.0;
            self.scroll.1 = scroll.1 + after.1 - before.1;
            self.reveal();
        }
    }

    fn fold_all(&mut self) {
        let all = 0..self.model.components.len();
        let composites: BTreeSet<u32> = all
            .filter(|n| self.model.parts(Some(*n)).next().is_some())
            .map(|n| self.model.components[n].id)
            .collect();
        self.folded =
            if self.folded.is_empty() { composites } else { BTreeSet::new() };
        self.arrange_anew();
    }

    // What is chosen.

    /// Chooses whoever is nearest in that direction.
    fn go(&mut self, x: i32, y: i32) {
        let Some(here) =
            self.chosen_component().and_then(|n| self.arrangement.item(n))
        else {
            return self.next(1);
        };
        let middle = |item: &crate::arrangement::Item| {
            // A cell is twice as high as it is wide.
            (item.corner.0 + item.width / 2, 2 * item.corner.1 + item.height)
        };
        let (at_x, at_y) = middle(here);
        let distance = |item: &&crate::arrangement::Item| {
            let (to_x, to_y) = middle(item);
            let (right, down) = (to_x - at_x, to_y - at_y);
            let (along, aside) = if x == 0 {
                (down * y, right.abs())
            } else {
                (right * x, down.abs())
            };
            (along > 0).then_some(along + 3 * aside)
        };
        let others = self.arrangement.items().iter();
        let nearest =
            others.filter_map(|item| Some((distance(&item)?, item.component)));
        if let Some((_, n)) = nearest.min() {
            self.choose(n);
        }
    }

    fn next(&mut self, by: i32) {
        let order: Vec<usize> = match self.sight {
            Sight::Table => self.table(),
            Sight::Graph | Sight::Sequence => {
                let mut items: Vec<_> = self.arrangement.items().iter().collect();
                items.sort_by_key(|item| item.corner);
                items.iter().map(|item| item.component).collect()
            }
        };
        let here = self.chosen_component().map(|n| match self.sight {
            Sight::Table => n,
            _ => self.arrangement.item(n).map_or(n, |it| it.component),
        });
        let at = order.iter().position(|it| Some(*it) == here);
        let Some(last) = order.len().checked_sub(1) else {
            return self.say("nobody is there yet");
        };
        let to = at.map_or(0, |at| moved(at, by, last));
        self.choose(order[to]);
    }

    fn choose(&mut self, n: usize) {
        self.chosen = Chosen::Component(self.model.components[n].id);
        self.reveal();
    }

    /// Chooses the next whose name has what is sought.
    fn find(&mut self) {
        let sought = self.sought.to_lowercase();
        if sought.is_empty() {
            return;
        }
        if self.sight == Sight::Sequence && self.find_message(&sought) {
            return;
        }
        let here = self.chosen_component().map_or(0, |n| n + 1);
        let count = self.model.components.len();
        let mut all = (here..count).chain(0..here.min(count));
        let has_it =
            |n: &usize| self.model.path(*n).to_lowercase().contains(&sought);
        let Some(n) = all.find(has_it) else {
            return self.say(format!("nobody's name has `{sought}` in it"));
        };
        self.unfold(n);
        self.choose(n);
    }

    /// Seeks the next message that has something in it; false, if there is none.
    fn find_message(&mut self, sought: &str) -> bool {
        let (first, len) = (self.tape.first(), self.tape.len());
        let has_it = |at: &usize| match self.tape.line(*at).map(|line| &line.event) {
            Some(
                Event::Send { msg: Some(msg), .. }
                | Event::Arrive { msg: Some(msg), .. }
                | Event::Recv { msg: Some(msg), .. },
            ) => msg.to_lowercase().contains(sought),
            _ => false,
        };
        let mut all = (self.cursor..len).chain(first..self.cursor);
        let Some(at) = all.find(has_it) else { return false };
        self.pace = Pace::Frozen;
        self.seek(at + 1);
        true
    }

    /// Has whoever is folded away drawn.
    fn unfold(&mut self, n: usize) {
        let around: Vec<usize> = self.model.ancestors(n).skip(1).collect();
        let mut is_hidden = false;
        for n in around {
            is_hidden |= self.folded.remove(&self.model.components[n].id);
        }
        if is_hidden {
            self.arrange(&self.arrangement.places().clone());
        }
    }

    // Who sent what to whom.

    /// What happened around the cursor. If somebody is chosen and not everybody has
    /// room, it is what concerns them.
    pub fn sequence(&self) -> Sequence {
        let mut first = self.cursor.saturating_sub(STRIP.0).max(self.tape.first());
        let end = self.tape.len().min(self.cursor + STRIP.1);
        let is_hello = |at: &usize| {
            let line = self.tape.line(*at);
            line.is_some_and(|line| matches!(line.event, Event::Hello { .. }))
        };
        // What another run said is not told.
        first = (first..self.cursor).rev().find(is_hello).unwrap_or(first);
        let lines = (first..end).map_while(|at| self.tape.line(at));
        let before = self.tape.at(first);
        let mut sequence = Sequence::of(before, first, lines, self.detail);
        let wide = i32::from(self.areas().sight.width);
        if let Some(n) = self.chosen_component()
            && sequence.room(wide) < sequence.columns.len()
        {
            let of = |port: Port| self.model.components[port.component].id;
            let links = self.chosen_links().into_iter();
            let ends = links.flat_map(|n| {
                let link = &self.model.links[n];
                [of(link.from), of(link.to)]
            });
            sequence.only(self.model.components[n].id, &ends.collect());
        }
        sequence
    }

    /// The rows of a sequence for which there is room, the cursor's among them.
    pub fn seen(&self, sequence: &Sequence) -> Range<usize> {
        let room = usize::from(self.areas().sight.height).saturating_sub(1);
        let count = sequence.rows.len();
        let here = sequence.row_at(self.cursor).map_or(0, |row| row + 1);
        // Most of the room is for what has happened.
        let end = (here + room / 4).max(room).min(count);
        end.saturating_sub(room)..end
    }

    /// So many rows on, and the cursor with them.
    fn seek_row(&mut self, by: i32) {
        let sequence = self.sequence();
        let count = sequence.rows.len();
        // Before the first row is a place too.
        let here = sequence.row_at(self.cursor).map_or(0, |row| row + 1);
        let to = moved(here, by, count);
        self.pace = Pace::Frozen;
        match to.checked_sub(1) {
            Some(row) if to != here => self.seek(sequence.rows[row].at),
            // There is nothing more to tell here, and yet time goes on.
            _ => self.seek(moved(self.cursor, by, self.tape.len())),
        }
    }

    fn press(&mut self, x: u16, y: u16) {
        let areas = self.areas();
        if areas.time.holds(x, y) {
            let from = usize::from(x.saturating_sub(LINE.0));
            let wide =
                usize::from(self.columns.saturating_sub(LINE.0 + LINE.1)).max(2);
            self.pace = Pace::Frozen;
            return self.seek((from * self.tape.len()).div_ceil(wide - 1));
        }
        if !areas.sight.holds(x, y) || self.pane != Pane::Closed {
            return;
        }
        if self.sight == Sight::Table {
            let row = usize::from(y - areas.sight.y).checked_sub(1);
            let table = self.table();
            if let Some(n) = row.and_then(|row| table.get(self.row + row)) {
                self.choose(*n);
            }
            return;
        }
        if self.sight == Sight::Sequence {
            let sequence = self.sequence();
            let row = usize::from(y - areas.sight.y).checked_sub(1);
            let mut seen = self.seen(&sequence);
            let row = row.and_then(|row| sequence.rows.get(seen.nth(row)?));
            if let Some(row) = row {
                self.pace = Pace::Frozen;
                self.seek(row.at);
            }
            return;
        }
        self.drag = Some((x, y));
        let (left, top) = self.scroll;
        let cell = (
            left + i32::from(x - areas.sight.x),
            top + i32::from(y - areas.sight.y),
        );
        let canvas = self.paint();
        let there = canvas.at(cell).map(|(_, part)| part);
        self.chosen = match there.map(|part| (part, part.component())) {
            None => Chosen::Nothing,
            Some((_, Some(n))) => Chosen::Component(self.model.components[n].id),
            Some((_, None)) => {
                let links = self.model.links.iter().enumerate();
                let mut there =
                    links.filter(|(n, _)| self.arrangement.way(*n).contains(&cell));
                there.next().map_or(Chosen::Nothing, |(_, it)| Chosen::Link(it.id))
            }
        };
    }
}

/// Says why a place is marked.
fn said_of(why: &Why) -> String {
    match why {
        Why::Own => "your bookmark".to_string(),
        Why::Error(text) => text.clone(),
        Why::Lint(_, sentence) => sentence.clone(),
    }
}

/// How many columns of the time line are used left and right of the line.
pub const LINE: (u16, u16) = (14, 26);

/// Whether two models have the same components and linkages.
fn is_same(one: &Model, other: &Model) -> bool {
    let names = |boxes: &[crate::model::Postbox]| -> Vec<String> {
        boxes.iter().map(|it| it.name.clone()).collect()
    };
    let components = |model: &Model| -> Vec<_> {
        let all = model.components.iter();
        all.map(|it| {
            let boxes = (names(&it.inboxes), names(&it.outboxes));
            (it.id, it.name.clone(), it.parent, boxes)
        })
        .collect()
    };
    let links = |model: &Model| -> Vec<_> {
        model.links.iter().map(|it| (it.id, it.from, it.to)).collect()
    };
    one.components.len() == other.components.len()
        && links(one) == links(other)
        && components(one) == components(other)
}

/// From the first cell of an arrangement to the first that is too far, with a margin for
/// what stands beside a component.
pub(crate) fn extent(arrangement: &Arrangement) -> (Cell, Cell) {
    let (mut from, mut to) = ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN));
    let mut reach = |x: i32, y: i32| {
        from = (from.0.min(x), from.1.min(y));
        to = (to.0.max(x + 1), to.1.max(y + 1));
    };
    for item in arrangement.items() {
        let (x, y) = item.corner;
        reach(x, y);
        reach(x + item.width - 1, y + item.height - 1);
    }
    for (x, y) in arrangement.lines() {
        reach(x, y);
    }
    if arrangement.items().is_empty() { ((0, 0), (0, 0)) } else { (from, to) }
}

/// Adds without leaving the range from 0 to the last.
fn moved(at: usize, by: i32, last: usize) -> usize {
    let by = isize::try_from(by).unwrap_or(0);
    at.saturating_add_signed(by).min(last)
}
