//! Repeated measurements of one thing, and what they come to.

use std::fmt;

/// Values in the order of size. Never empty.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample(Vec<f64>);

impl Sample {
    /// `None` where nothing was measured.
    pub(crate) fn new(mut values: Vec<f64>) -> Option<Self> {
        values.retain(|value| value.is_finite());
        values.sort_by(f64::total_cmp);
        (!values.is_empty()).then_some(Self(values))
    }

    pub(crate) fn median(&self) -> f64 {
        f64::midpoint(self.at(self.0.len().saturating_sub(1) / 2), self.at(self.0.len() / 2))
    }

    /// The smallest value that at least 95 in a hundred do not exceed.
    pub(crate) fn p95(&self) -> f64 {
        self.at((self.0.len() * 95).div_ceil(100).saturating_sub(1))
    }

    fn at(&self, index: usize) -> f64 {
        self.0.get(index).copied().unwrap_or(f64::NAN)
    }

    /// Median, smallest and largest: `512 ms (498-540, 10 rounds)`.
    pub(crate) fn spread(&self, unit: &'static str) -> Spread<'_> {
        Spread { sample: self, unit }
    }
}

pub(crate) struct Spread<'a> {
    sample: &'a Sample,
    unit: &'static str,
}

impl fmt::Display for Spread<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sample, unit } = self;
        let (low, high) = (sample.at(0), sample.at(sample.0.len().saturating_sub(1)));
        let digits = if sample.median().abs() < 10.0 { 2 } else { 0 };
        write!(
            f,
            "{:.digits$} {unit} ({low:.digits$}-{high:.digits$}, n = {})",
            sample.median(),
            sample.0.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_lies_in_the_middle_and_p95_near_the_end() {
        let sample = Sample::new((1..=100).rev().map(f64::from).collect()).unwrap();
        assert!((sample.median() - 50.5).abs() < 1e-9);
        assert!((sample.p95() - 95.0).abs() < 1e-9);
        let one = Sample::new(vec![7.0]).unwrap();
        assert!((one.median() - 7.0).abs() < 1e-9 && (one.p95() - 7.0).abs() < 1e-9);
        assert_eq!(Sample::new(vec![f64::NAN]), None);
    }

    #[test]
    fn the_spread_tells_how_far_the_rounds_lie_apart() {
        let sample = Sample::new(vec![498.0, 540.0, 512.0]).unwrap();
        assert_eq!(sample.spread("ms").to_string(), "512 ms (498-540, n = 3)");
    }
}
