//! The cost of a yield by the number of tasks: a line for each runtime.

use std::path::Path;

use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::style::{
    COWEAVES, Drawn, GROUND, LINES, PALE, WIDTH, along, axis, decades, name, power, powers, text,
};
use crate::compare::Measured;
use crate::program::{Program, Unit};
use crate::runtimes::{COWEAVE, RUNTIMES};

/// The number of tasks, and the cost with so many.
type Points = Vec<(f64, f64)>;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const HEIGHT: u32 = 600;
const LEFT: i32 = 76;
const TOP: i32 = 84;
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

/// How a line looks, by its place: when the colours are through, they begin again with dashes.
struct Look {
    style: ShapeStyle,
    dash: Option<i32>,
}

fn look(line: usize, runtime: usize) -> Look {
    if runtime == COWEAVE {
        return Look { style: COWEAVES.stroke_width(4), dash: None };
    }
    let dash = [None, Some(7), Some(2)][(line / LINES.len()).min(2)];
    Look { style: LINES[line % LINES.len()].stroke_width(2), dash }
}

fn draw_line(area: &Area<'_>, places: &[(i32, i32)], look: &Look) -> Drawn {
    let places = places.to_vec();
    match look.dash {
        None => area.draw(&PathElement::new(places, look.style))?,
        Some(dash) => area.draw(&DashedPathElement::new(places, dash, 4, look.style))?,
    }
    Ok(())
}

/// Where a name stands that begins beside `(x, y)`: as near as no line goes through it.
fn beside((x, y): (i32, i32), name: &str, lines: &[Vec<(i32, i32)>]) -> i32 {
    let end = x + 10 + 9 * i32::try_from(name.len()).unwrap_or(0);
    let crosses = |at: i32, from: (i32, i32), to: (i32, i32)| {
        (x + 6..end).filter(|x| (from.0..=to.0).contains(x)).any(|x| {
            let there = from.1 + (to.1 - from.1) * (x - from.0) / (to.0 - from.0).max(1);
            (there - at).abs() < 11
        })
    };
    let is_free = |at: &i32| {
        lines.iter().all(|line| line.windows(2).all(|part| !crosses(*at, part[0], part[1])))
    };
    let nearest = (0..40).flat_map(|away| [y + 2 * away, y - 2 * away]);
    nearest.into_iter().find(is_free).unwrap_or(y)
}

pub(super) fn draw_yields(file: &Path, measured: &[Measured]) -> Drawn {
    let runtimes = all_points(measured);
    if runtimes.is_empty() {
        return Ok(());
    }
    let area = SVGBackend::new(file, (WIDTH, HEIGHT)).into_drawing_area();
    area.fill(&GROUND)?;
    let title = "A yield, by the number of tasks";
    area.draw(&Text::new(title, (16, 26), text(18, HPos::Left, VPos::Center)))?;
    area.draw(&Text::new(axis(Unit::CpuNs), (16, 54), text(13, HPos::Left, VPos::Center)))?;
    let (right, bottom) = (i32::try_from(WIDTH)? - 130, i32::try_from(HEIGHT)? - 60);
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
    area.draw(&Text::new("tasks, logarithmic", below, text(13, HPos::Center, VPos::Top)))?;
    let place = |(tasks, cost): &(f64, f64)| (x(*tasks), y(*cost));
    let lines: Vec<Vec<_>> =
        runtimes.iter().map(|(_, points)| points.iter().map(place).collect()).collect();
    let mut names = Vec::new();
    for (line, (runtime, _)) in runtimes.iter().enumerate() {
        let (look, places) = (look(line, *runtime), &lines[line]);
        draw_line(&area, places, &look)?;
        let size = if *runtime == COWEAVE { 5 } else { 3 };
        for place in places {
            area.draw(&Circle::new(*place, size, look.style.color.filled()))?;
        }
        let end = places[places.len() - 1];
        if end.0 == right {
            names.push((end.1, line));
        } else {
            // It can run no more tasks: its name stands where it ends.
            let said = RUNTIMES[*runtime].name;
            let place = (end.0 + 10, beside(end, said, &lines));
            area.draw(&Text::new(said, place, name(*runtime, HPos::Left)))?;
        }
    }
    move_apart(&mut names, bottom);
    for (y, line) in names {
        let (runtime, _) = runtimes[line];
        draw_line(&area, &[(right + 8, y), (right + 28, y)], &look(line, runtime))?;
        let place = (right + 34, y);
        area.draw(&Text::new(RUNTIMES[runtime].name, place, name(runtime, HPos::Left)))?;
    }
    area.present()?;
    Ok(())
}
