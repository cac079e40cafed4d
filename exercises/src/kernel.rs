//! # Kernel
//!
//! What an exercise stands on: ours, or the student's own exercise before it. It is one
//! line of the exercise's `Cargo.toml`:
//!
//! ```toml
//! kernel = { package = "kernel-03", path = "../../exercises/kernels/03" }
//! kernel = { package = "exercise-03-components", path = "../03-components" }
//! ```
//!
//! [`own`](crate::own) changes that line in the student's folder. In a
//! [`room`](crate::room) it is always ours: a mistake in exercise 02 must not cost points
//! in exercise 05.
//!
//! Ours follows from the exercise's number and is remembered nowhere, so there is always
//! a way back: `kernels/03` where there is such a folder, and mini-axon where there is
//! not, for after chapter 04 it is all of mini-axon.

use crate::manifest::Exercise;
use crate::place::Place;

/// A package, and where it lies as seen from an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kernel {
    /// What Cargo calls it.
    pub package: String,
    path: String,
}

impl Kernel {
    /// The one that the student built in an exercise.
    pub fn yours(exercise: &Exercise) -> Self {
        Self { package: exercise.package(), path: format!("../{}", exercise.id) }
    }

    /// The one that we would build in it.
    pub fn ours(place: &Place, exercise: &Exercise) -> Self {
        Self::of_number(place, exercise.number())
    }

    fn of_number(place: &Place, number: &str) -> Self {
        if place.root().join("exercises/kernels").join(number).is_dir() {
            let path = format!("../../exercises/kernels/{number}");
            return Self { package: format!("kernel-{number}"), path };
        }
        Self { package: "mini-axon".into(), path: "../../mini-axon".into() }
    }

    /// Reads a line of a manifest; `None` if it says something else.
    pub fn read(line: &str) -> Option<Self> {
        let table: toml::Table = toml::from_str(line).ok()?;
        let kernel = table.get("kernel")?;
        let text = |key| Some(kernel.get(key)?.as_str()?.to_string());
        Some(Self { package: text("package")?, path: text("path")? })
    }

    /// Writes the line.
    pub fn line(&self) -> String {
        let Self { package, path } = self;
        format!(r#"kernel = {{ package = "{package}", path = "{path}" }}"#)
    }
}

/// Puts ours in the place of a student's kernel, if that is what a manifest names.
pub fn with_ours(manifest: &str, place: &Place) -> String {
    for line in manifest.lines() {
        let Some(kernel) = Kernel::read(line) else { continue };
        let number = kernel.package.strip_prefix("exercise-");
        if let Some(number) = number.and_then(|id| id.get(..2)) {
            let ours = Kernel::of_number(place, number).line();
            return manifest.replacen(line, &ours, 1);
        }
    }
    manifest.to_string()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::with_ours;
    use crate::place::Place;

    #[test]
    fn ours_comes_in_the_place_of_a_students_and_of_no_other() {
        let root = tempfile::tempdir().unwrap();
        let place = Place::at(root.path());
        fs::create_dir_all(root.path().join("exercises/kernels/03")).unwrap();
        let manifest = |package: &str, path: &str| {
            format!(
                "[dependencies]\nkernel = {{ package = \"{package}\", path = \
                 \"{path}\" }}\nother = \"1\"\n"
            )
        };
        let ours = manifest("kernel-03", "../../exercises/kernels/03");
        let whole = manifest("mini-axon", "../../mini-axon");
        let yours = |id: &str| manifest(&format!("exercise-{id}"), "../elsewhere");
        assert_eq!(with_ours(&yours("03-components"), &place), ours);
        assert_eq!(with_ours(&yours("04-postbox"), &place), whole);
        for unchanged in [ours.as_str(), &whole, "[dependencies]\n", ""] {
            assert_eq!(with_ours(unchanged, &place), unchanged);
        }
    }
}
