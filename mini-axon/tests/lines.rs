//! # Lines
//!
//! Holds what the book says of the kernel's size and of the way there: a hundred lines,
//! written loosely, and steps that only ever add. It reads the sources as text and runs
//! none of them; that they are formatted is rustfmt's to say.

/// How many lines of code the kernel may have.
const HUNDRED: usize = 100;

/// How many lines of code one step may add to it: what fits on a screen.
const SCREEN: usize = 40;

/// Where rustfmt breaks a line of code; what it cannot break must not be longer.
const COLUMNS: usize = 85;

const KERNEL: &str = include_str!("../src/lib.rs");

/// The steps that build the kernel; from 05 on programs use it.
const STEPS: [(&str, &str); 4] = [
    ("01_generators", include_str!("../steps/01_generators.rs")),
    ("02_scheduler", include_str!("../steps/02_scheduler.rs")),
    ("03_components", include_str!("../steps/03_components.rs")),
    ("04_postbox", include_str!("../steps/04_postbox.rs")),
];

#[test]
fn the_kernel_is_at_most_a_hundred_lines() {
    let count = code_lines(KERNEL).len();
    assert!(
        count <= HUNDRED,
        "src/lib.rs has {count} lines of code, {} more than {HUNDRED}; its longest \
         functions:\n{}",
        count - HUNDRED,
        longest_functions(KERNEL)
    );
}

#[test]
fn the_hundred_lines_are_not_packed() {
    let lines = (1..).zip(KERNEL.lines());
    for (number, line) in lines.filter(|(_, line)| is_code(line)) {
        let width = line.chars().count();
        assert!(
            width <= COLUMNS,
            "src/lib.rs:{number} has {width} columns, more than {COLUMNS}: {line}"
        );
        let statements = semicolons(line);
        assert!(
            statements <= 1,
            "src/lib.rs:{number} has {statements} statements, not one: {line}"
        );
    }
}

#[test]
fn each_step_keeps_what_was_there() {
    for pair in STEPS.windows(2) {
        let [(earlier, before), (later, after)] = pair else { unreachable!() };
        begins_with((later, kernel_of(after)), (earlier, kernel_of(before)));
    }
}

#[test]
fn the_last_step_is_the_kernel() {
    let (name, source) = STEPS[STEPS.len() - 1];
    let (step, kernel) = (kernel_of(source), kernel_of(KERNEL));
    begins_with(("src/lib.rs", kernel), (name, step));
    begins_with((name, step), ("src/lib.rs", kernel));
}

#[test]
fn each_step_is_a_small_diff() {
    let mut before = 0;
    for (name, source) in STEPS {
        let after = code_lines(kernel_of(source)).len();
        let added = after - before;
        assert!(
            (1..=SCREEN).contains(&added),
            "step {name} adds {added} lines to the kernel, not 1 to {SCREEN}"
        );
        before = after;
    }
}

fn code_lines(source: &str) -> Vec<&str> {
    source.lines().filter(|line| is_code(line)).collect()
}

/// Returns whether a line counts: neither a blank one nor a comment does.
fn is_code(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with("//")
}

/// Returns what lies between a file's imports and its program, if it has one.
#[track_caller]
fn kernel_of(source: &str) -> &str {
    let start = source.find("// 1. ").expect("a kernel begins with its heading 1");
    let kernel = &source[start..];
    let end = kernel.find("\n// The program.\n").unwrap_or(kernel.len());
    kernel[..end].trim_end()
}

/// Holds that one text begins with another, or shows the first line where it does not.
#[track_caller]
fn begins_with(
    (longer_name, longer): (&str, &str),
    (shorter_name, shorter): (&str, &str),
) {
    let mut there = longer.lines();
    for (number, line) in (1..).zip(shorter.lines()) {
        let found = there.next();
        assert!(
            found == Some(line),
            "line {number} of the kernel differs:\n  {shorter_name} has {line:?}\n  \
             {longer_name} has {:?}",
            found.unwrap_or("nothing more")
        );
    }
}

/// Counts the semicolons of a line that stand in no string and no comment.
fn semicolons(line: &str) -> usize {
    let outside_strings = line.split('"').step_by(2).collect::<String>();
    let code = outside_strings.split("//").next().unwrap_or_default();
    code.matches(';').count()
}

/// Lists a source's ten longest functions, the longest first.
///
/// In formatted code a function ends at the first brace below its `fn`.
fn longest_functions(source: &str) -> String {
    let lines = code_lines(source);
    let mut functions = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let head = line.trim_start();
        if head.starts_with("fn ") || head.starts_with("pub fn ") {
            let end = format!("{}}}", &line[..line.len() - head.len()]);
            let below = lines[start..].iter().position(|line| *line == end);
            functions.push((below.map_or(1, |below| below + 1), head));
        }
    }
    functions.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    let rows = functions.iter().take(10);
    rows.map(|(length, head)| format!("{length:4}  {head}\n")).collect()
}
