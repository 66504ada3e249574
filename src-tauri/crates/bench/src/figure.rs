//! What is measured, what it should come to, and what it came to.

use serde_json::{Value, json};
use std::fmt::Write;

/// A measure with the most that it may come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Goal {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) most: f64,
}

/// What a measure came to, and how: what was compared, medians, spread.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measured {
    pub(crate) value: f64,
    pub(crate) how: String,
}

/// A goal with what was found, or why nothing was.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    pub(crate) goal: Goal,
    pub(crate) found: Result<Measured, String>,
}

impl Figure {
    /// What was not measured has not met its goal.
    pub(crate) fn is_met(&self) -> bool {
        self.found.as_ref().is_ok_and(|found| found.value <= self.goal.most)
    }

    pub(crate) fn to_json(&self) -> Value {
        let Goal { name, unit, most } = self.goal;
        let value = self.found.as_ref().ok().map(|found| (found.value * 1000.0).round() / 1000.0);
        json!({ "name": name, "value": value, "unit": unit, "goal": most, "met": self.is_met() })
    }

    /// Two lines: what it came to, and how.
    pub(crate) fn lines(&self) -> String {
        let Goal { name, unit, most } = self.goal;
        let mut lines = String::new();
        let verdict = if self.is_met() { "met   " } else { "MISSED" };
        let (value, how) = match &self.found {
            Ok(found) => (format!("{:.3} {unit}", found.value), found.how.as_str()),
            Err(why) => ("not measured".to_owned(), why.as_str()),
        };
        // Writing into a string does not fail.
        let _ = write!(lines, "{verdict}  {value:<16} goal {most} {unit} or less   {name}\n        {how}");
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOAL: Goal = Goal { name: "start", unit: "times", most: 1.25 };

    fn found(value: f64) -> Figure {
        Figure { goal: GOAL, found: Ok(Measured { value, how: "10 rounds".into() }) }
    }

    #[test]
    fn a_goal_is_met_up_to_its_bound() {
        assert!(found(1.25).is_met());
        assert!(!found(1.2501).is_met());
        assert!(found(1.3).lines().starts_with("MISSED  1.300 times"), "{}", found(1.3).lines());
    }

    #[test]
    fn what_was_not_measured_is_neither_a_number_nor_met() {
        let figure = Figure { goal: GOAL, found: Err("no display".into()) };
        assert_eq!(
            figure.to_json(),
            json!({ "name": "start", "value": null, "unit": "times", "goal": 1.25, "met": false })
        );
        assert!(figure.lines().contains("not measured") && figure.lines().ends_with("no display"));
    }
}
