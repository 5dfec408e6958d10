//! Plots of what was measured, as SVG: legible on a light page and on a dark one, for they bring their
//! own ground.

mod dots;
mod drawing;
mod lines;
mod style;

pub(crate) use drawing::draw;
