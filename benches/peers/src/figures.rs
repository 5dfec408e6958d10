//! Figures of one row: what was measured of each runtime, round by round.

/// What was measured of one runtime: an entry for each round of each build, in order.
pub(crate) type Series = Vec<f64>;

/// What one line of the table is made of.
#[derive(Debug)]
pub(crate) struct Figures {
    /// By runtime; empty where there is no such program or it failed.
    pub(crate) measured: Vec<Series>,
    /// By runtime.
    pub(crate) instructions: Vec<Option<f64>>,
}

impl Figures {
    pub(crate) fn median(&self, runtime: usize) -> Option<f64> {
        quantile(&self.measured[runtime], 0.5)
    }

    /// Half of the distance between the quartiles.
    pub(crate) fn spread(&self, runtime: usize) -> Option<f64> {
        let of = |at| quantile(&self.measured[runtime], at);
        Some((of(0.75)? - of(0.25)?) / 2.0)
    }

    /// The median of the ratios within each round, which drift and noise move less than a ratio of
    /// medians.
    pub(crate) fn ratio(&self, runtime: usize, to: usize) -> Option<f64> {
        let pairs = self.measured[runtime].iter().zip(&self.measured[to]);
        let ratios: Series = pairs.map(|(figure, to)| figure / to).collect();
        quantile(&ratios, 0.5)
    }

    pub(crate) fn instruction_ratio(&self, runtime: usize, to: usize) -> Option<f64> {
        Some(self.instructions[runtime]? / self.instructions[to]?)
    }
}

/// Linear between two figures.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
fn quantile(figures: &[f64], at: f64) -> Option<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = at * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}
