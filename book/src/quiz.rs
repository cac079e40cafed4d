//! # Quiz
//!
//! Questions with a reason for every option, out of `book/quizzes/NN.toml`. The
//! directive `quiz` shows them, each option to be opened by whoever chose it; that needs
//! no JavaScript, and in print every reason is open.
//!
//! It counts no points. A quiz that cannot be right is refused when the book is built.

use std::collections::BTreeSet;
use std::fmt::Write;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, html};
use serde::Deserialize;

use crate::repository::Repository;

/// A file of questions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Quiz {
    #[serde(rename = "question", default)]
    questions: Vec<Question>,
}

/// A question, in Markdown, and its options.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    ask: String,
    /// Whether more than one option is right; the reader is told so.
    #[serde(default)]
    several: bool,
    #[serde(rename = "option", default)]
    options: Vec<Choice>,
}

/// One of the options, in Markdown.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    text: String,
    #[serde(default)]
    right: bool,
    /// Why it is right, or why it is not.
    why: String,
}

/// Shows the quiz of a chapter by its number: `04`, or the id of one that has none.
pub(crate) fn quiz(repository: &Repository, name: &str) -> Result<String, String> {
    let path = format!("book/quizzes/{name}.toml");
    let text = repository.read(&path)?;
    let quiz: Quiz =
        toml::from_str(&text).map_err(|error| format!("`{path}`: {error}"))?;
    if quiz.questions.is_empty() {
        return Err(format!("`{path}` asks no question"));
    }
    let mut shown = String::from(
        "## Questions\n\n\
         Decide first, then open your answer: each says whether it is right, and why.\n\n\
         <ol class=\"quiz\">\n",
    );
    for (number, question) in (1..).zip(&quiz.questions) {
        question
            .check()
            .and_then(|()| question.show(&mut shown))
            .map_err(|error| format!("question {number} of `{path}` {error}"))?;
    }
    shown.push_str("</ol>");
    Ok(shown)
}

impl Question {
    /// Refuses a question that has no answer, or more than it admits.
    fn check(&self) -> Result<(), String> {
        if self.ask.trim().is_empty() {
            return Err(String::from("asks nothing"));
        }
        if self.options.len() < 2 {
            let count = self.options.len();
            return Err(format!("needs at least 2 options, and has {count}"));
        }
        let mut seen = BTreeSet::new();
        for option in &self.options {
            let text = option.text.trim();
            if text.is_empty() {
                return Err(String::from("has an option without text"));
            }
            if option.why.trim().is_empty() {
                return Err(format!("gives no reason for the option \"{text}\""));
            }
            if !seen.insert(text) {
                return Err(format!("has the option \"{text}\" twice"));
            }
        }
        match self.options.iter().filter(|option| option.right).count() {
            0 => Err(String::from("has no right option")),
            2.. if !self.several => Err(String::from(
                "has more than one right option; say `several = true` if that is meant",
            )),
            1 if self.several => {
                Err(String::from("says `several = true`, and has one right option"))
            }
            _ => Ok(()),
        }
    }

    fn show(&self, shown: &mut String) -> Result<(), String> {
        let ask = render(&self.ask)?;
        let several = if self.several { "<p>Several are right.</p>\n" } else { "" };
        write!(shown, "<li>\n{ask}{several}").expect(STRING);
        for option in &self.options {
            let (text, why) = (inline(&option.text)?, inline(&option.why)?);
            let verdict = if option.right { "Right:" } else { "No:" };
            write!(
                shown,
                "<details class=\"option\">\n<summary>{text}</summary>\n\
                 <p><strong>{verdict}</strong> {why}</p>\n</details>\n"
            )
            .expect(STRING);
        }
        shown.push_str("</li>\n");
        Ok(())
    }
}

/// Markdown as HTML without an empty line: that would end the block it stands in.
fn render(markdown: &str) -> Result<String, String> {
    let text = CodeBlockKind::Fenced("text".into());
    let mut events = Vec::new();
    for event in Parser::new_ext(markdown.trim(), Options::ENABLE_SMART_PUNCTUATION)
    {
        match &event {
            Event::Start(Tag::CodeBlock(kind)) if *kind != text => {
                return Err(String::from(
                    "shows a block of code; only ```text blocks are allowed in a quiz",
                ));
            }
            // A reader would not see it: a browser drops tags that it does not know.
            Event::Html(tag) | Event::InlineHtml(tag) => {
                return Err(format!(
                    "contains the tag {tag}; code stands in backticks"
                ));
            }
            _ => events.push(event),
        }
    }
    let mut rendered = String::new();
    html::push_html(&mut rendered, events.into_iter());
    Ok(rendered.replace("\n\n", "\n&#10;"))
}

/// Markdown that is one paragraph, as HTML without the paragraph's tags.
fn inline(markdown: &str) -> Result<String, String> {
    let rendered = render(markdown)?;
    let paragraph = rendered
        .trim()
        .strip_prefix("<p>")
        .and_then(|rest| rest.strip_suffix("</p>"))
        .filter(|rest| !rest.contains("<p>"));
    paragraph.map(str::to_string).ok_or_else(|| {
        format!(
            "has an option or a reason that is not one paragraph: \"{markdown}\""
        )
    })
}

/// Why writing into a string is expected to succeed.
const STRING: &str = "a String takes whatever is written into it";
