//! One figure of each runtime.

use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::style::{
    COWEAVES, Drawn, GROUND, OTHERS, PALE, WIDTH, along, axis, decades, figure as said, is_ours,
    name, power, powers, text,
};
use crate::figures::Figures;
use crate::program::Unit;
use crate::runtimes::RUNTIMES;

/// The runtimes of which there is a figure, the smallest first.
fn sorted(figures: &Figures) -> Vec<(usize, f64)> {
    let of = |runtime| Some((runtime, figures.median(runtime)?));
    let mut sorted: Vec<(usize, f64)> = (0..RUNTIMES.len()).filter_map(of).collect();
    sorted.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    sorted
}

const TOP: i32 = 56;
const STEP: i32 = 24;
const LEFT: i32 = 140;

/// A line for each runtime, with a dot where its figure is, by powers of ten.
pub(super) fn draw_dots(file: &Path, title: &str, unit: Unit, figures: &Figures) -> Drawn {
    let runtimes = sorted(figures);
    if runtimes.is_empty() {
        return Ok(());
    }
    let bottom = TOP + STEP * i32::try_from(runtimes.len())?;
    let area = SVGBackend::new(file, (WIDTH, u32::try_from(bottom + 56)?)).into_drawing_area();
    area.fill(&GROUND)?;
    area.draw(&Text::new(title, (16, 26), text(18, HPos::Left, VPos::Center)))?;
    let range = decades(runtimes.iter().map(|(_, figure)| *figure));
    let right = i32::try_from(WIDTH)? - 90;
    let place = |figure: f64| along(LEFT, right, &range, figure);
    for tick in powers(&range) {
        let at = place(tick);
        area.draw(&PathElement::new([(at, TOP - 4), (at, bottom)], PALE))?;
        area.draw(&Text::new(power(tick), (at, bottom + 8), text(13, HPos::Center, VPos::Top)))?;
    }
    let below = (LEFT.midpoint(right), bottom + 30);
    area.draw(&Text::new(axis(unit), below, text(13, HPos::Center, VPos::Top)))?;
    let middles = (0..).map(|line| TOP + STEP * line + STEP / 2);
    for (y, (runtime, figure)) in middles.zip(&runtimes) {
        let colour = if is_ours(*runtime) { COWEAVES } else { OTHERS };
        let at = place(*figure);
        let place = (LEFT - 12, y);
        area.draw(&Text::new(RUNTIMES[*runtime].name, place, name(*runtime, HPos::Right)))?;
        area.draw(&PathElement::new([(LEFT, y), (at, y)], colour.stroke_width(3)))?;
        area.draw(&Circle::new((at, y), 6, colour.filled()))?;
        area.draw(&Text::new(said(*figure), (at + 12, y), name(*runtime, HPos::Left)))?;
    }
    area.present()?;
    Ok(())
}
