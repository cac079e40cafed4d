//! # Page
//!
//! Turns a chapter as it is written into plain Markdown: directives are replaced by what
//! they show, and boxes by their frames. The preprocessor does so with every chapter.
//!
//! ```text
//! {{#listing src/lib.rs Yield, Scheduler::run}}   items of a source
//! {{#listing src/lib.rs impl Scheduler code}}     the same, without its doc comments
//! {{#program steps/04_postbox.rs}}                a whole source
//! {{#output snapshots/steps__04.snap}}            what a program printed
//! {{#output snapshots/steps__04.snap 3..9}}       some lines of it
//! {{#figure snapshots/figures__chat.snap}}        a picture, which needs a description
//! {{#quiz 04}}                                    the questions of book/quizzes/04.toml
//! {{#exercise 04-postbox}}                        what an exercise asks
//! {{#minutes 04-postbox}}                         among words: "about 50 minutes"
//! :::predict                                      a box around Markdown, up to a line
//!                                                 `:::`; others are `invariants`,
//!                                                 `simple` and `answer`, which is shut
//! ```
//!
//! mdBook prints a directive that it does not understand, and shows a missing listing as
//! an empty one. Here either stops the build, and so does code that no compiler saw.
//!
//! **Invariant:** a page shows only code and output that was tested.

use std::collections::BTreeMap;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

use crate::course::Course;
use crate::exercise::{exercise, minutes};
use crate::listing::{listing, program};
use crate::problem::{Problem, nearest};
use crate::quiz::quiz;
use crate::repository::Repository;
use crate::snapshot::{figure, output};

/// What may be written by hand: neither Rust nor anything else that runs.
const FENCES: [&str; 4] = ["text", "console", "toml", "json"];

/// The directives that stand alone on their line.
const DIRECTIVES: [&str; 6] =
    ["listing", "program", "output", "figure", "quiz", "exercise"];

/// The boxes that are always open. What stands over the words is theirs to say.
const BOXES: [&str; 3] = ["invariants", "predict", "simple"];

/// The one box that is shut until the reader opens it.
const ANSWER: &str = "answer";

/// Expands one chapter.
///
/// # Errors
///
/// Everything that is wrong with it, line by line.
pub fn expand(
    repository: &Repository,
    course: &Course,
    file: &str,
    text: &str,
) -> Result<String, Vec<Problem>> {
    let code = Code::of(text);
    let mut page = Page { repository, course, boxes: Vec::new() };
    let mut problems = Vec::new();
    let mut expanded = String::new();
    let mut problem = |line, sentence| {
        problems.push(Problem {
            file: file.to_string(),
            line: Some(line),
            sentence,
        });
    };
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if let Some(sentence) = code.refused.get(&index) {
            problem(number, sentence.clone());
        }
        let shown = if code.covered[index] {
            verbatim(line)
        } else {
            page.prose(line, number)
        };
        match shown {
            Ok(shown) => {
                expanded.push_str(&shown);
                expanded.push('\n');
            }
            Err(sentence) => problem(number, sentence),
        }
    }
    for (name, number) in &page.boxes {
        problem(
            *number,
            format!("the box `:::{name}` is never closed by a line `:::`"),
        );
    }
    if problems.is_empty() { Ok(expanded) } else { Err(problems) }
}

/// A chapter that is being expanded.
struct Page<'a> {
    repository: &'a Repository,
    course: &'a Course,
    /// The boxes that are open, and the lines that they were opened in.
    boxes: Vec<(&'static str, usize)>,
}

impl Page<'_> {
    /// A line outside of code.
    fn prose(&mut self, line: &str, number: usize) -> Result<String, String> {
        if let Some(name) = line.strip_prefix(":::") {
            return self.frame(name.trim(), number);
        }
        let line = line.trim_end();
        let alone =
            line.strip_prefix("{{#").and_then(|rest| rest.strip_suffix("}}"));
        match alone.filter(|directive| !directive.contains("}}")) {
            Some(directive) if !directive.starts_with("minutes ") => self
                .directive(directive)
                .map_err(|sentence| format!("{line}: {sentence}")),
            _ => self.inline(line),
        }
    }

    /// A directive that stands alone on its line.
    fn directive(&self, directive: &str) -> Result<String, String> {
        let (name, arguments) = directive.split_once(' ').unwrap_or((directive, ""));
        let arguments = arguments.trim();
        if arguments.is_empty() && DIRECTIVES.contains(&name) {
            return Err(String::from("it does not say what to show"));
        }
        let shown = match name {
            "listing" => listing(self.repository, arguments),
            "program" => program(self.repository, arguments),
            "output" => output(self.repository, arguments),
            "figure" => figure(self.repository, arguments),
            "quiz" => quiz(self.repository, arguments),
            "exercise" => exercise(self.course, arguments),
            _ => {
                let near = nearest(name, &DIRECTIVES);
                Err(format!("there is no directive `{name}`{near}"))
            }
        }?;
        if shown.contains("{{#") {
            return Err(String::from("what it shows contains a directive, `{{#`"));
        }
        Ok(shown)
    }

    /// A line with words on it, among which the minutes may stand.
    fn inline(&self, line: &str) -> Result<String, String> {
        let (mut shown, mut rest) = (String::new(), line);
        while let Some((before, after)) = rest.split_once("{{#") {
            if let Some(before) = before.strip_suffix('\\') {
                shown = shown + before + "{{#";
                rest = after;
                continue;
            }
            let (directive, after) = after.split_once("}}").ok_or_else(|| {
                format!("`{{{{#{after}` is never closed by `}}}}`")
            })?;
            let id = directive.strip_prefix("minutes ").ok_or_else(|| {
                format!(
                    "`{{{{#{directive}}}}}` must stand alone on its line and begin it; \
                     only `minutes` may stand among words"
                )
            })?;
            shown += before;
            let minutes = minutes(self.course, id.trim())?;
            let begins = matches!(shown.trim_end().chars().last(), None | Some('.'));
            shown +=
                &if begins { minutes.replace("about", "About") } else { minutes };
            rest = after;
        }
        Ok(shown + rest)
    }

    /// A line `:::name`, which opens a box, or `:::`, which closes the last.
    fn frame(&mut self, name: &str, number: usize) -> Result<String, String> {
        // The empty lines make Markdown of what stands between the tags.
        if name.is_empty() {
            let (open, _) = self.boxes.pop().ok_or_else(|| {
                String::from("`:::` closes a box, and none is open")
            })?;
            let tag = if open == ANSWER { "details" } else { "div" };
            return Ok(format!("\n</{tag}>\n"));
        }
        if name == ANSWER {
            self.boxes.push((ANSWER, number));
            return Ok(String::from(
                "<details class=\"box answer\">\n<summary>The answer</summary>\n",
            ));
        }
        let Some(name) = BOXES.into_iter().find(|known| *known == name) else {
            let near = nearest(name, &[&BOXES[..], &[ANSWER]].concat());
            return Err(format!("there is no box `:::{name}`{near}"));
        };
        self.boxes.push((name, number));
        Ok(format!("<div class=\"box {name}\">\n"))
    }
}

/// A line inside a block of code, where a directive can be shown, but does nothing.
fn verbatim(line: &str) -> Result<String, String> {
    if line.replace("\\{{#", "").contains("{{#") {
        return Err(String::from(
            "nothing is included in a block of code; to show a directive as it is \
             written, put a backslash before it",
        ));
    }
    Ok(line.replace("\\{{#", "{{#"))
}

/// Which lines of a chapter are blocks of code, and which of these may not be there.
struct Code {
    covered: Vec<bool>,
    refused: BTreeMap<usize, String>,
}

impl Code {
    /// Finds them as mdBook will: by parsing the Markdown.
    fn of(text: &str) -> Self {
        let mut covered = vec![false; text.lines().count()];
        let mut refused = BTreeMap::new();
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_DEFINITION_LIST
            | Options::ENABLE_GFM;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            let Event::Start(Tag::CodeBlock(kind)) = event else { continue };
            let first = text[..range.start].matches('\n').count();
            let count = text[range].trim_end().lines().count();
            covered.iter_mut().skip(first).take(count).for_each(|line| *line = true);
            if let Some(sentence) = refusal(&kind) {
                refused.insert(first, sentence);
            }
        }
        Self { covered, refused }
    }
}

/// Why a block of code may not stand in a chapter, if it may not.
fn refusal(kind: &CodeBlockKind) -> Option<String> {
    let CodeBlockKind::Fenced(info) = kind else {
        return Some(format!(
            "this indented line is a block of code; use a fence: {}",
            FENCES.join(", ")
        ));
    };
    let language = info.split([',', ' ']).next().unwrap_or_default();
    match language {
        "rust" | "rs" => Some(String::from(
            "a Rust listing must come from tested source: use {{#listing …}}",
        )),
        language if FENCES.contains(&language) => None,
        "" => Some(format!("a fence names its language: {}", FENCES.join(", "))),
        language => Some(format!(
            "a fence may not be `{language}`, only {}{}",
            FENCES.join(", "),
            nearest(language, &FENCES)
        )),
    }
}
