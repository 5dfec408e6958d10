//! How plots look, and where a figure lies in them.

use std::error::Error;
use std::iter::successors;
use std::ops::Range;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::program::Unit;
use crate::report::digits;
use crate::runtimes::{COWEAVE, COWEAVE_LOCAL};

pub(super) type Drawn = Result<(), Box<dyn Error>>;

pub(super) const WIDTH: u32 = 860;
pub(super) const GROUND: RGBColor = RGBColor(255, 255, 255);
pub(super) const INK: RGBColor = RGBColor(36, 41, 47);
pub(super) const PALE: RGBColor = RGBColor(216, 222, 228);
pub(super) const OTHERS: RGBColor = RGBColor(110, 119, 129);
pub(super) const COWEAVES: RGBColor = RGBColor(213, 94, 0);
/// Told apart also by who does not see all colours (Okabe and Ito), but for coweave's.
pub(super) const LINES: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(190, 155, 0),
    RGBColor(20, 20, 20),
];

/// What a figure counts, and how its axis goes on.
pub(super) fn axis(unit: Unit) -> &'static str {
    match unit {
        Unit::CpuNs => "nanoseconds of the processor, logarithmic",
        Unit::WallNs => "nanoseconds on the wall, logarithmic",
        Unit::PeakBytes => "bytes, logarithmic",
    }
}

/// coweave's own stand out.
pub(super) fn is_ours(runtime: usize) -> bool {
    [COWEAVE, COWEAVE_LOCAL].contains(&runtime)
}

/// A runtime's name; coweave's in thick letters.
pub(super) fn name(runtime: usize, horizontal: HPos) -> TextStyle<'static> {
    let style = text(14, horizontal, VPos::Center);
    if !is_ours(runtime) {
        return style;
    }
    let font = style.font.clone().style(FontStyle::Bold);
    TextStyle { font, ..style }
}

/// In letters of so many pixels, of whichever font without serifs there is.
pub(super) fn text(size: i32, horizontal: HPos, vertical: VPos) -> TextStyle<'static> {
    // plotters takes the height of a line, which it divides by so much.
    let height = f64::from(size) * 1.24;
    let style = ("sans-serif", height).into_text_style(&(WIDTH, WIDTH));
    style.color(&INK).pos(Pos::new(horizontal, vertical))
}

/// The powers of ten around all figures.
pub(super) fn decades(figures: impl Iterator<Item = f64> + Clone) -> Range<f64> {
    let least = figures.clone().fold(f64::INFINITY, f64::min);
    let most = figures.fold(0.0, f64::max);
    10_f64.powf(least.log10().floor())..10_f64.powf(most.log10().ceil())
}

/// Those within, with both ends.
pub(super) fn powers(range: &Range<f64>) -> impl Iterator<Item = f64> + use<> {
    // A little more, for they are not exact.
    let end = range.end * 1.01;
    successors(Some(range.start), |power| Some(power * 10.0)).take_while(move |power| *power < end)
}

/// Where a figure lies from `from` to `to`, by powers of ten.
#[expect(clippy::cast_possible_truncation, reason = "a place in a plot")]
pub(super) fn along(from: i32, to: i32, range: &Range<f64>, figure: f64) -> i32 {
    let part = (figure / range.start).log10() / (range.end / range.start).log10();
    from + (f64::from(to - from) * part).round() as i32
}

/// Three digits, and thousands apart.
pub(super) fn figure(figure: f64) -> String {
    let shown = digits(figure);
    match shown.len().checked_sub(3) {
        Some(at @ 1..) if !shown.contains('.') => format!("{},{}", &shown[..at], &shown[at..]),
        _ => shown,
    }
}

/// A power of ten, as is usual in the text.
pub(super) fn power(figure: f64) -> String {
    match figure {
        ..0.99 => format!("{figure:.2}").trim_end_matches('0').to_owned(),
        ..999.0 => format!("{figure:.0}"),
        ..999_000.0 => format!("{:.0},000", figure / 1e3),
        _ => format!("{:.0},000,000", figure / 1e6),
    }
}
