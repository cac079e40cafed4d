//! # Difference
//!
//! Where two texts part, and what may have caused it. Snapshots and plain comparisons
//! both report with it. It judges nothing: whether a cause is likely, the check that
//! lists it decides.

/// Two texts that are not the same, line by line.
pub struct Difference<'a> {
    /// What should have happened.
    pub expected: Vec<&'a str>,
    /// What did.
    pub yours: Vec<&'a str>,
}

/// A likely cause: what to say, and when.
pub type Cause = (&'static str, fn(&Difference) -> bool);

/// So many lines are shown from the first that differs on, and one fewer before it.
const AROUND: usize = 4;

impl<'a> Difference<'a> {
    /// Compares two texts; `None` if they are the same.
    pub fn between(expected: &'a str, yours: &'a str) -> Option<Self> {
        let expected: Vec<&str> = expected.lines().collect();
        let yours: Vec<&str> = yours.lines().collect();
        (expected != yours).then_some(Self { expected, yours })
    }

    /// The number of lines at the beginning that are alike.
    pub fn alike(&self) -> usize {
        self.expected.iter().zip(&self.yours).take_while(|(a, b)| a == b).count()
    }

    /// Yours stops where more was expected.
    pub fn stops_early(&self) -> bool {
        self.alike() == self.yours.len()
    }

    /// Everything expected is there, and then there is more.
    pub fn goes_on(&self) -> bool {
        self.alike() == self.expected.len()
    }

    /// The same lines, each as often, in another order.
    pub fn other_order(&self) -> bool {
        let (mut expected, mut yours) = (self.expected.clone(), self.yours.clone());
        expected.sort_unstable();
        yours.sort_unstable();
        expected == yours
    }

    /// Some line that was expected stands in yours more often than it should.
    pub fn repeats(&self) -> bool {
        let count =
            |lines: &[&str], line| lines.iter().filter(|l| **l == line).count();
        self.yours.iter().any(|line| {
            let (expected, yours) =
                (count(&self.expected, *line), count(&self.yours, *line));
            yours > expected && expected > 0
        })
    }

    /// Fewer lines of yours have this in them than were expected to.
    pub fn lacks(&self, part: &str) -> bool {
        let in_it =
            |lines: &[&str]| lines.iter().filter(|l| l.contains(part)).count();
        in_it(&self.yours) < in_it(&self.expected)
    }

    /// Shows the first difference with the lines around it, and the first cause that
    /// applies.
    pub fn report(&self, causes: &[Cause]) -> String {
        let at = self.alike();
        let from = at.saturating_sub(AROUND - 1);
        let to = (at + AROUND).min(self.expected.len().max(self.yours.len()));
        let line = |lines: &[&'a str], n: usize| {
            lines.get(n).copied().unwrap_or("(nothing)").to_string()
        };
        let rows: Vec<(usize, String, String)> = (from..to)
            .map(|n| (n, line(&self.expected, n), line(&self.yours, n)))
            .collect();
        let width = rows.iter().map(|(_, expected, _)| expected.chars().count());
        let width = width.max().unwrap_or(0).max("expected".len());

        let mut report = format!("line {} is not what was expected\n\n", at + 1);
        report += &format!("        {:<width$}   yours\n", "expected");
        for (n, expected, yours) in rows {
            let mark = if n == at { '>' } else { ' ' };
            let yours = if n < at { "the same".to_string() } else { yours };
            report +=
                &format!("  {mark} {:>3} {expected:<width$}   {yours}\n", n + 1);
        }
        if let Some((cause, _)) = causes.iter().find(|(_, applies)| applies(self)) {
            report += &format!("\nlikely cause: {cause}\n");
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use super::Difference;

    #[test]
    fn the_first_difference_is_shown_with_the_lines_around_it() {
        let expected = "1\n2\n3\n4\n5\n6\n7\n8\n9";
        let yours = "1\n2\n3\n4\n5\nsix\n7\n8\n9";
        let difference = Difference::between(expected, yours).expect("they differ");
        let causes: [super::Cause; 2] =
            [("never", |_| false), ("a word", |d| d.yours.contains(&"six"))];
        let report = difference.report(&causes);
        let shown: Vec<&str> = report.lines().collect();
        assert_eq!(shown[0], "line 6 is not what was expected");
        assert_eq!(shown[2], "        expected   yours");
        assert_eq!(shown[5], "      5 5          the same");
        assert_eq!(shown[6], "  >   6 6          six");
        assert_eq!(shown[11], "likely cause: a word");
    }

    #[test]
    fn a_text_that_stops_early_says_nothing_where_it_stops() {
        let difference = Difference::between("1\n2", "1").expect("they differ");
        assert!(difference.stops_early() && !difference.goes_on());
        assert!(difference.report(&[]).contains(">   2 2          (nothing)"));
    }
}
