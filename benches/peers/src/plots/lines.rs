//! The cost of a yield by the number of tasks: a line for each runtime.

use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::style::{
    COWEAVES, Drawn, GROUND, LINES, PALE, WIDTH, along, decades, power, powers, text,
};
use crate::compare::Measured;
use crate::program::Program;
use crate::runtimes::{COWEAVE, RUNTIMES};

/// The number of tasks, and the cost with so many.
type Points = Vec<(f64, f64)>;

const HEIGHT: u32 = 560;
const LEFT: i32 = 76;
const TOP: i32 = 60;
/// Names at the ends of lines are so far apart.
const APART: i32 = 18;

fn points(measured: &[Measured], runtime: usize) -> Points {
    let point = |(row, figures): &Measured| {
        let Program::Yield { tasks } = row.program else { return None };
        Some((tasks as f64, figures.median(runtime)?))
    };
    measured.iter().filter_map(point).collect()
}

/// coweave's is drawn last, above the others.
fn all_points(measured: &[Measured]) -> Vec<(usize, Points)> {
    let of = |runtime| (runtime, points(measured, runtime));
    let mut all: Vec<_> = (0..RUNTIMES.len()).map(of).collect();
    all.retain(|(_, points)| points.len() > 1);
    all.sort_by_key(|(runtime, _)| *runtime == COWEAVE);
    all
}

/// Moves names down that would lie upon others, and then all of them up that would lie below the end.
fn move_apart(names: &mut [(i32, usize)], end: i32) {
    names.sort_unstable();
    for at in 1..names.len() {
        names[at].0 = names[at].0.max(names[at - 1].0 + APART);
    }
    let mut lowest = end;
    for (y, _) in names.iter_mut().rev() {
        *y = (*y).min(lowest);
        lowest = *y - APART;
    }
}

pub(super) fn draw_yields(file: &Path, measured: &[Measured]) -> Drawn {
    let runtimes = all_points(measured);
    if runtimes.is_empty() {
        return Ok(());
    }
    let area = SVGBackend::new(file, (WIDTH, HEIGHT)).into_drawing_area();
    area.fill(&GROUND)?;
    let title = "A yield by the number of tasks: ns of the processor";
    area.draw(&Text::new(title, (16, 26), text(18, HPos::Left, VPos::Center)))?;
    let (right, bottom) = (i32::try_from(WIDTH)? - 110, i32::try_from(HEIGHT)? - 60);
    let points = || runtimes.iter().flat_map(|(_, points)| points);
    let tasks = decades(points().map(|(tasks, _)| *tasks));
    let costs = decades(points().map(|(_, cost)| *cost));
    let x = |figure: f64| along(LEFT, right, &tasks, figure);
    let y = |figure: f64| along(bottom, TOP, &costs, figure);
    for tick in powers(&costs) {
        let at = y(tick);
        area.draw(&PathElement::new([(LEFT, at), (right, at)], PALE))?;
        area.draw(&Text::new(power(tick), (LEFT - 8, at), text(13, HPos::Right, VPos::Center)))?;
    }
    for tick in powers(&tasks) {
        let at = x(tick);
        area.draw(&PathElement::new([(at, TOP), (at, bottom)], PALE))?;
        area.draw(&Text::new(power(tick), (at, bottom + 8), text(13, HPos::Center, VPos::Top)))?;
    }
    let below = (LEFT.midpoint(right), bottom + 32);
    area.draw(&Text::new("tasks", below, text(14, HPos::Center, VPos::Top)))?;
    let colour = |line: usize| {
        if runtimes[line].0 == COWEAVE { COWEAVES } else { LINES[line % LINES.len()] }
    };
    let mut names = Vec::new();
    for (line, (runtime, points)) in runtimes.iter().enumerate() {
        let places: Vec<_> = points.iter().map(|(tasks, cost)| (x(*tasks), y(*cost))).collect();
        let width = if *runtime == COWEAVE { 4 } else { 2 };
        let colour = colour(line);
        area.draw(&PathElement::new(places.clone(), colour.stroke_width(width)))?;
        for place in &places {
            area.draw(&Circle::new(*place, width + 1, colour.filled()))?;
        }
        let (end, y) = places[places.len() - 1];
        if end == right {
            names.push((y, line));
        } else {
            // It can run no more tasks: its name stands where it ends.
            let name = RUNTIMES[*runtime].name;
            area.draw(&Text::new(name, (end + 10, y), text(14, HPos::Left, VPos::Center)))?;
        }
    }
    move_apart(&mut names, bottom);
    for (y, line) in names {
        let (runtime, _) = runtimes[line];
        let key = [(right + 8, y), (right + 20, y)];
        area.draw(&PathElement::new(key, colour(line).stroke_width(4)))?;
        let name = text(14, HPos::Left, VPos::Center);
        area.draw(&Text::new(RUNTIMES[runtime].name, (right + 26, y), name))?;
    }
    area.present()?;
    Ok(())
}
