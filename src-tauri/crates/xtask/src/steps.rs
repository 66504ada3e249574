//! Numbered steps with how long each usually takes and how long it took.

use std::time::{Duration, Instant};

use crate::failure::Result;

/// Something to be done, worth a line of its own.
pub(crate) struct Step<'a> {
    title: &'static str,
    /// How long it takes on two cores, as words: "20 s". Empty for a moment.
    usually: &'static str,
    work: Box<dyn FnOnce() -> Result + 'a>,
}

impl<'a> Step<'a> {
    pub(crate) fn new(
        title: &'static str,
        usually: &'static str,
        work: impl FnOnce() -> Result + 'a,
    ) -> Self {
        Self { title, usually, work: Box::new(work) }
    }

    pub(crate) fn title(&self) -> &'static str {
        self.title
    }
}

/// Counts the steps of one command, over several lists of them.
#[derive(Debug)]
pub(crate) struct Progress {
    at: usize,
    of: usize,
}

impl Progress {
    pub(crate) fn new(of: usize) -> Self {
        Self { at: 0, of }
    }

    /// Does one step, announced before and timed after.
    pub(crate) fn take(&mut self, step: Step<'_>) -> Result {
        self.at += 1;
        println!("{}", announcement(self.at, self.of, step.title, step.usually));
        let began = Instant::now();
        let outcome = (step.work)();
        println!(
            "      {} {}",
            if outcome.is_ok() { "took" } else { "failed after" },
            words(began.elapsed())
        );
        outcome
    }

    /// Does the steps in turn and stops at the first that fails.
    pub(crate) fn take_all(&mut self, steps: Vec<Step<'_>>) -> Result {
        steps.into_iter().try_for_each(|step| self.take(step))
    }
}

fn announcement(at: usize, of: usize, title: &str, usually: &str) -> String {
    match usually {
        "" => format!("[{at}/{of}] {title}"),
        usually => format!("[{at}/{of}] {title} (usually {usually})"),
    }
}

fn words(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 10..120 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn a_step_is_announced_with_its_number_and_usual_time() {
        assert_eq!(
            announcement(3, 9, "Building the front end", "20 s"),
            "[3/9] Building the front end (usually 20 s)"
        );
        assert_eq!(announcement(1, 9, "Looking", ""), "[1/9] Looking");
    }

    #[test]
    fn times_are_read_at_a_glance() {
        assert_eq!(words(Duration::from_millis(1234)), "1.2 s");
        assert_eq!(words(Duration::from_secs(119)), "119 s");
        assert_eq!(words(Duration::from_secs(754)), "12 min 34 s");
    }

    #[test]
    fn nothing_is_done_after_a_failed_step() {
        let mut reached = false;
        let steps = vec![
            Step::new("breaks", "", || Err(Failure::new("broken"))),
            Step::new("must not run", "", || {
                reached = true;
                Ok(())
            }),
        ];
        assert_eq!(Progress::new(2).take_all(steps), Err(Failure::new("broken")));
        assert!(!reached);
    }
}
