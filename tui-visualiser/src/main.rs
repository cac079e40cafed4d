//! # The program
//!
//! Opens the screen on a recording, on a pipe, on a system that runs, or on a program that
//! it starts; or prints one figure, or the story of a recording, for the book, for
//! terminals without a screen, and for whoever cannot see the screen. What the reader
//! should know about gaps and torn lines goes to standard error, so that it never gets
//! between the lines of a picture.
//!
//! Called with nothing, it looks for what there is to be seen, and has one of it chosen.
//!
//! It exits with 0 if it showed what was asked for, with 1 if the input is no trace,
//! and with 2 if it was called in a way that cannot be meant.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use axon::trace::Line;
use clap::{Parser, Subcommand};
#[cfg(unix)]
use tui_visualiser::at_socket;
use tui_visualiser::screen::{Source, is_possible, pick, screen};
use tui_visualiser::terminal::marks::ascii;
use tui_visualiser::{
    Canvas, Density, Detail, Figure, Finds, Model, Recording, Sequence, dot, json,
    lints, list, report, story, svg, table,
};

/// So long is a system waited for that is to be printed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Said when nothing was asked for.
const ABOUT: &str = "\
`cargo vis FILE` shows a recording or a system, `cargo vis run -- COMMAND` a program.
`--print FILE` prints a figure, `--story FILE` tells what happened; see `--help`.
";

/// Shows a system of components from what a run of it says.
///
/// A recording that is over is played from its beginning; one that is still written is
/// followed, and so is a program that runs, if it was started with AXON_TRACE=live. With
/// nothing to show, it lists what there is. On the screen, `?` explains every key and
/// every mark. With one of the options that print, nothing is opened; and where there is
/// no terminal, the figure and the story are printed.
#[derive(Parser)]
#[command(name = "cargo vis", bin_name = "cargo vis")]
#[command(group(clap::ArgGroup::new("what")))]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Run>,

    /// Print the figure: who is there, how they are, and what waits where
    #[arg(long, group = "what")]
    print: bool,

    /// Tell what happened, one line for each event
    #[arg(long, group = "what")]
    story: bool,

    /// Print the figure as an SVG image
    #[arg(long, group = "what")]
    svg: bool,

    /// Print the graph in the language of Graphviz
    #[arg(long, group = "what")]
    dot: bool,

    /// Print the state as JSON
    #[arg(long, group = "what")]
    json: bool,

    /// Say what is probably wrong, what that means, and what to try
    #[arg(long, group = "what")]
    lints: bool,

    /// Stop after the event with this number, as if the run had ended there
    #[arg(long, value_name = "SEQ", requires = "what")]
    at: Option<u64>,

    /// Draw with the letters of every keyboard
    #[arg(long, conflicts_with_all = ["story", "dot", "json", "lints"])]
    ascii: bool,

    /// Fit the figure into so many columns and rows, compact or folded if need be
    #[arg(long, value_name = "COLUMNSxROWS", value_parser = size)]
    #[arg(conflicts_with_all = ["story", "dot", "json", "lints"], requires = "what")]
    size: Option<(i32, i32)>,

    /// What --print prints: the graph, a table, or who sent what to whom
    #[arg(long, value_name = "VIEW", requires = "print")]
    #[arg(value_parser = ["graph", "table", "sequence"], default_value = "graph")]
    view: String,

    /// How much room a component takes
    #[arg(long, value_name = "HOW", value_parser = ["boxed", "compact"])]
    #[arg(conflicts_with_all = ["story", "dot", "json", "lints"], requires = "what")]
    density: Option<String>,

    /// Draw this composite without its parts; can be given several times
    #[arg(long, value_name = "NAME")]
    #[arg(conflicts_with_all = ["story", "dot", "json", "lints"], requires = "what")]
    fold: Vec<String>,

    /// Show the system that runs under this name, or under the number of its process
    #[arg(long, value_name = "NAME|PID", conflicts_with_all = ["file", "story", "at"])]
    attach: Option<String>,

    /// List what there is to be seen, and open nothing
    #[arg(long, conflicts_with_all = ["attach", "what"])]
    list: bool,

    /// A recording, or the socket of a system; a folder of them; `-` is standard input
    #[arg(value_name = "FILE")]
    file: Option<String>,
}

#[derive(Subcommand)]
enum Run {
    /// Start a program, and show it at work
    ///
    /// The program's standard output is read: the lines of a trace in it make the
    /// picture, and everything else is shown beside it, as is what it prints on standard
    /// error. `i` types a line into its standard input. It ends when the screen is left.
    Run {
        /// Draw with the letters of every keyboard
        #[arg(long)]
        ascii: bool,

        /// The program and its arguments, after `--`
        #[arg(required = true, trailing_var_arg = true, value_name = "COMMAND")]
        words: Vec<String>,
    },
}

/// Why nothing could be shown.
enum Failure {
    /// The input is at fault.
    Input(String),
    /// The command line is.
    Misuse(String),
}

fn main() -> ExitCode {
    let shown = show(&Arguments::parse()).and_then(|text| {
        // A reader that has seen enough, such as `head`, is no reason to complain.
        match io::stdout().write_all(text.as_bytes()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::Input(format!("cannot write: {error}")))
            }
            _ => Ok(()),
        }
    });
    let (why, code) = match shown {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Input(why)) => (why, 1),
        Err(Failure::Misuse(why)) => (why, 2),
    };
    complain("error", &why);
    ExitCode::from(code)
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Figure,
    Story,
    Svg,
    Dot,
    Json,
    Lints,
}

impl Arguments {
    /// What was asked for, if anything was.
    fn what(&self) -> Option<What> {
        let all = [
            (self.print, What::Figure),
            (self.story, What::Story),
            (self.svg, What::Svg),
            (self.dot, What::Dot),
            (self.json, What::Json),
            (self.lints, What::Lints),
        ];
        all.into_iter().find(|(is_it, _)| *is_it).map(|(_, what)| what)
    }
}

/// Makes the text that was asked for.
fn show(arguments: &Arguments) -> Result<String, Failure> {
    let what = arguments.what();
    let folder = arguments.file.as_deref().filter(|it| Path::new(it).is_dir());
    if arguments.list || folder.is_some() {
        return what_there_is(arguments, folder);
    }
    let system = system(arguments)?;
    if what.is_none() && (arguments.command.is_some() || is_possible()) {
        return open_screen(arguments, system);
    }
    if let Some((name, path)) = system {
        let recording = at_socket(&path, PATIENCE)
            .map_err(|why| Failure::Input(format!("cannot show {name}: {why}")))?;
        let mut gist = Gist::new(arguments);
        recording.lines.into_iter().for_each(|line| gist.take(line));
        gist.notices = recording.notices;
        return tell(arguments, &name, &gist);
    }
    let unnamed = what.is_none() && arguments.file.is_none();
    if unnamed && io::stdin().is_terminal() {
        return what_there_is(arguments, None);
    }
    let (name, mut input) = open(arguments.file.as_deref())?;
    // Whoever asks for nothing and gives nothing wants to know what there is.
    if unnamed && input.fill_buf().is_ok_and(<[u8]>::is_empty) {
        return what_there_is(arguments, None);
    }
    let mut gist = Gist::new(arguments);
    gist.notices = Recording::each(input, |line| gist.take(line))
        .map_err(|why| Failure::Input(format!("cannot show {name}: {why}")))?;
    tell(arguments, &name, &gist)
}

/// What is kept of a recording while it is read: for most that can be asked for, nothing
/// but the model, however long the recording is.
struct Gist {
    model: Model,
    /// The lines up to the event that was asked for, if all of them are to be told.
    lines: Option<Vec<Line>>,
    notices: Vec<String>,
    /// The event that was asked for, or all.
    until: u64,
    /// The number of the last event.
    last: u64,
}

impl Gist {
    fn new(arguments: &Arguments) -> Self {
        let is_told = matches!(arguments.what(), None | Some(What::Story))
            || arguments.view == "sequence";
        Self {
            model: Model::default(),
            lines: is_told.then(Vec::new),
            notices: Vec::new(),
            until: arguments.at.unwrap_or(u64::MAX),
            last: 0,
        }
    }

    fn take(&mut self, line: Line) {
        self.last = self.last.max(line.seq);
        if line.seq <= self.until {
            self.model.apply(&line);
            if let Some(lines) = &mut self.lines {
                lines.push(line);
            }
        }
    }
}

/// Makes the text that was asked for of what was read.
fn tell(arguments: &Arguments, name: &str, gist: &Gist) -> Result<String, Failure> {
    let what = arguments.what();
    for notice in &gist.notices {
        complain("note", notice);
    }

    let Gist { model, last, .. } = gist;
    if let Some(seq) = arguments.at.filter(|seq| seq > last) {
        complain("note", &format!("event {seq} is not in it, the last is {last}"));
    }
    for notice in &model.notices {
        complain("note", notice);
    }
    let lines = gist.lines.as_deref().unwrap_or_default();
    let is_drawn = matches!(what, None | Some(What::Figure | What::Svg | What::Dot));
    if is_drawn && model.components.is_empty() {
        let why = format!("cannot draw {name}: no snapshot in it names a component");
        return Err(Failure::Input(why));
    }
    Ok(match what {
        Some(What::Figure) => match &*arguments.view {
            "table" => table(model),
            "sequence" => sequenced(arguments, lines),
            _ => paint(arguments, model)?.to_string(),
        },
        Some(What::Story) => story(lines),
        Some(What::Svg) => svg(&paint(arguments, model)?, &model.system),
        Some(What::Dot) => dot(model),
        Some(What::Json) => format!("{:#}\n", json(model)),
        Some(What::Lints) => report(&lints(model)),
        None => format!("{}\n{}", paint(arguments, model)?, story(lines)),
    })
}

/// Lists what there is to be seen, or has one of it chosen.
fn what_there_is(
    arguments: &Arguments,
    folder: Option<&str>,
) -> Result<String, Failure> {
    let seek = || Finds::seek(&listening(folder), Path::new(folder.unwrap_or(".")));
    if arguments.what().is_some() {
        let why = "a folder cannot be printed; name one of the recordings in it";
        return Err(Failure::Misuse(why.to_string()));
    }
    if !arguments.list && is_possible() && io::stdin().is_terminal() {
        pick(seek, arguments.ascii)
            .map_err(|error| Failure::Input(format!("cannot show it: {error}")))?;
        return Ok(String::new());
    }
    let finds = seek();
    for notice in &finds.notices {
        complain("note", notice);
    }
    let list = list(&finds, SystemTime::now());
    // A list that was asked for is nothing but a list.
    Ok(if arguments.list { list } else { format!("{ABOUT}{list}") })
}

/// Where systems listen: in a folder that was named, or where all do.
fn listening(folder: Option<&str>) -> PathBuf {
    #[cfg(unix)]
    let all = axon::trace::meeting_place();
    #[cfg(not(unix))]
    let all = PathBuf::new();
    folder.map_or(all, PathBuf::from)
}

/// The system that was named, by its name, its number or its socket.
fn system(arguments: &Arguments) -> Result<Option<(String, PathBuf)>, Failure> {
    if let Some(word) = &arguments.attach {
        if is_socket(word) {
            return Ok(Some((word.clone(), PathBuf::from(word))));
        }
        let finds = Finds::seek(&listening(None), Path::new("."));
        for notice in finds.notices.iter().filter(|it| it.contains("systems")) {
            complain("note", notice);
        }
        let find = finds.named(word).map_err(Failure::Misuse)?;
        return Ok(Some((find.name.clone(), find.path.clone())));
    }
    let socket = arguments.file.as_ref().filter(|it| is_socket(it));
    if socket.is_some() && (arguments.story || arguments.at.is_some()) {
        let why = "a system that runs has no past to tell; record it in a file, with \
                   AXON_TRACE=run.jsonl";
        return Err(Failure::Misuse(why.to_string()));
    }
    Ok(socket.map(|path| {
        let path = PathBuf::from(path);
        (path.file_name().unwrap_or_default().to_string_lossy().into(), path)
    }))
}

#[cfg(unix)]
fn is_socket(path: &str) -> bool {
    use std::os::unix::fs::FileTypeExt;
    Path::new(path).metadata().is_ok_and(|it| it.file_type().is_socket())
}

#[cfg(not(unix))]
fn is_socket(_: &str) -> bool {
    false
}

#[cfg(not(unix))]
fn at_socket(_: &Path, _: Duration) -> io::Result<Recording> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Opens the screen, if there is something to show and a terminal to show it on.
fn open_screen(
    arguments: &Arguments,
    system: Option<(String, PathBuf)>,
) -> Result<String, Failure> {
    let (source, name, is_ascii) = match (&arguments.command, &arguments.file) {
        (Some(Run::Run { ascii, words }), _) => {
            let name = format!("`{}`", words[0]);
            (Source::Program(words.clone()), name, *ascii)
        }
        #[cfg(unix)]
        (None, _) if system.is_some() => {
            let (name, path) = system.unwrap_or_default();
            (Source::System(name.clone(), path), name, arguments.ascii)
        }
        (None, Some(path)) if path != "-" => {
            let file = open_file(path)?;
            let source = Source::File(path.clone(), file);
            (source, format!("`{path}`"), arguments.ascii)
        }
        (None, None) if io::stdin().is_terminal() => {
            return what_there_is(arguments, None);
        }
        (None, _) => (Source::Pipe, "standard input".to_string(), arguments.ascii),
    };
    if !is_possible() {
        let why = "the screen needs a terminal; without one, use --print, --story, \
                   --lints, --svg, --dot or --json";
        return Err(Failure::Misuse(why.to_string()));
    }
    screen(source, is_ascii)
        .map_err(|error| Failure::Input(format!("cannot show {name}: {error}")))?;
    Ok(String::new())
}

/// Draws the figure as it was asked for.
fn paint(arguments: &Arguments, model: &Model) -> Result<Canvas, Failure> {
    let folded = folded(arguments, model)?;
    let figure =
        if arguments.ascii { Figure::live().ascii() } else { Figure::live() };
    let densities = match arguments.density.as_deref() {
        Some("compact") => &[Density::Compact][..],
        Some(_) => &[Density::Boxed],
        None => &[Density::Boxed, Density::Compact],
    };
    let Some((columns, rows)) = arguments.size else {
        return Ok(figure.density(densities[0]).paint(model, &folded));
    };
    let fitted = figure.fit(model, &folded, densities, (columns, rows));
    if fitted.is_cut {
        let (wide, high) = fitted.needed;
        let note =
            format!("the figure needs {wide}x{high}; this is its upper left part");
        complain("note", &note);
    }
    Ok(fitted.canvas)
}

/// Draws who sent what to whom. Where the number of rows is limited, it is the last.
fn sequenced(arguments: &Arguments, lines: &[Line]) -> String {
    let sequence = Sequence::of(Model::default(), 0, lines, Detail::Messages);
    let (columns, rows) = arguments.size.unwrap_or((100, i32::MAX));
    let room = usize::try_from(rows - 1).unwrap_or(0);
    let count = sequence.rows.len();
    let canvas = sequence.paint(count.saturating_sub(room)..count, columns, 0);
    let text = canvas.to_string();
    match arguments.ascii {
        true => {
            text.chars().map(|it| if it == '\n' { it } else { ascii(it) }).collect()
        }
        false => text,
    }
}

/// Finds the composites that were named, by their name or by their path.
fn folded(arguments: &Arguments, model: &Model) -> Result<BTreeSet<u32>, Failure> {
    let all = 0..model.components.len();
    let composites: Vec<usize> =
        all.filter(|it| model.parts(Some(*it)).next().is_some()).collect();
    let mut folded = BTreeSet::new();
    for asked in &arguments.fold {
        let is_it = |it: &&usize| {
            model.components[**it].name == *asked || model.path(**it) == *asked
        };
        let before = folded.len();
        let found = composites.iter().filter(is_it);
        folded.extend(found.map(|it| model.components[*it].id));
        if folded.len() == before {
            let there: Vec<String> =
                composites.iter().map(|it| model.path(*it)).collect();
            let there = match &there[..] {
                [] => "nothing in it has parts".to_string(),
                there => format!("the composites are {}", there.join(", ")),
            };
            let why = format!("cannot fold `{asked}`: {there}");
            return Err(Failure::Misuse(why));
        }
    }
    Ok(folded)
}

/// Reads a size such as `80x24`.
fn size(text: &str) -> Result<(i32, i32), String> {
    let sides = text.split_once('x').map(|(x, y)| (x.parse(), y.parse()));
    match sides {
        Some((Ok(x @ 1..=10_000), Ok(y @ 1..=10_000))) => Ok((x, y)),
        _ => Err("a size is columns and rows, as in 80x24".to_string()),
    }
}

/// Opens what is to be read, and says what to call it.
fn open(file: Option<&str>) -> Result<(String, Box<dyn BufRead>), Failure> {
    match file {
        Some(path) if path != "-" => {
            let file = open_file(path)?;
            Ok((format!("`{path}`"), Box::new(BufReader::new(file))))
        }
        _ if io::stdin().is_terminal() => {
            let why = "nothing to read: name a recording, or pipe a run in, as in \
                       `cargo run --example 06-visible | cargo vis --print`";
            Err(Failure::Misuse(why.to_string()))
        }
        _ => Ok(("standard input".to_string(), Box::new(io::stdin().lock()))),
    }
}

fn open_file(path: &str) -> Result<File, Failure> {
    File::open(path).map_err(|error| {
        let nearby = recordings_beside(Path::new(path));
        Failure::Misuse(format!("cannot open `{path}`: {error}{nearby}"))
    })
}

/// Says which recordings there are in the folder of a file that is not there.
fn recordings_beside(path: &Path) -> String {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut there: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".jsonl"))
        .collect();
    there.sort();
    match &there[..] {
        [] => String::new(),
        there => format!("; in that folder are {}", there.join(", ")),
    }
}

/// Says something beside the text. What it quotes may hold anything, and must not
/// command the terminal.
fn complain(kind: &str, sentence: &str) {
    let visible = |letter: char| if letter.is_control() { ' ' } else { letter };
    let sentence: String = sentence.chars().map(visible).collect();
    // There is nobody left to tell if this fails.
    let _ = writeln!(io::stderr(), "{kind}: {sentence}");
}
