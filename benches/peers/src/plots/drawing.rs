//! What is drawn.

use std::fs;
use std::path::Path;

use super::dots::draw_dots;
use super::lines::draw_yields;
use super::style::Drawn;
use crate::compare::Measured;
use crate::program::{Generator, OnTwo, Program, Row, Unit, Waiting};

/// A plot of one figure of each runtime.
struct Plot {
    file: &'static str,
    title: &'static str,
    program: Program,
    unit: Unit,
}

const PLOTS: &[Plot] = &[
    Plot {
        file: "task-bytes.svg",
        title: "Memory of a suspended task",
        program: Program::Parked { state: 0 },
        unit: Unit::PeakBytes,
    },
    Plot {
        file: "spawn-join.svg",
        title: "Spawn and join a task, one at a time",
        program: Program::SpawnJoin,
        unit: Unit::CpuNs,
    },
    Plot {
        file: "sleepers.svg",
        title: "A task that sleeps once, of very many",
        program: Program::Sleepers,
        unit: Unit::CpuNs,
    },
    Plot {
        file: "sleepers-bytes.svg",
        title: "Memory of a task that sleeps once, of very many",
        program: Program::Sleepers,
        unit: Unit::PeakBytes,
    },
    Plot {
        file: "timeout.svg",
        title: "A timeout around a yield",
        program: Program::Timeout,
        unit: Unit::CpuNs,
    },
    Plot {
        file: "generator.svg",
        title: "An item of a generator, Fibonacci's numbers",
        program: Program::Generator(Generator::Fibonacci),
        unit: Unit::CpuNs,
    },
    Plot {
        file: "ping-pong.svg",
        title: "Ping-pong over channels, one worker, a round trip",
        program: Program::Waiting(Waiting::PingPong),
        unit: Unit::CpuNs,
    },
    Plot {
        file: "four-producers.svg",
        title: "Four producers, one channel, one worker, a message",
        program: Program::Waiting(Waiting::FanIn),
        unit: Unit::CpuNs,
    },
    Plot {
        file: "skynet.svg",
        title: "Skynet on one worker, a task",
        program: Program::Skynet,
        unit: Unit::WallNs,
    },
    Plot {
        file: "skynet-two-workers.svg",
        title: "Skynet on two workers, a task",
        program: Program::OnTwo(OnTwo::Skynet),
        unit: Unit::WallNs,
    },
];

/// Draws all for which something was measured.
pub(crate) fn draw(folder: &Path, measured: &[Measured]) -> Drawn {
    fs::create_dir_all(folder)?;
    for plot in PLOTS {
        let is_row = |row: &Row| row.program == plot.program && row.unit == plot.unit;
        if let Some((_, figures)) = measured.iter().find(|(row, _)| is_row(row)) {
            draw_dots(&folder.join(plot.file), plot.title, plot.unit, figures)?;
        }
    }
    draw_yields(&folder.join("yield.svg"), measured)
}
