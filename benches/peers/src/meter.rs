//! What one program took: time of the processor, time on the wall, and the most memory.

use std::fmt::{self, Display};
use std::str::FromStr;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// What a program's measured part took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sample {
    /// Time of the processor, of all threads of the process: what others do meanwhile moves it less
    /// than the time on the wall.
    pub(crate) cpu_ns: u64,
    pub(crate) wall_ns: u64,
    /// Peak resident memory of the process, less what was resident when the measured part began.
    pub(crate) peak_bytes: u64,
}

/// As one process tells it to another.
impl Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cpu_ns, wall_ns, peak_bytes } = self;
        write!(f, "{cpu_ns} {wall_ns} {peak_bytes}")
    }
}

impl FromStr for Sample {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let figures: Vec<_> = line.split_whitespace().map_while(|word| word.parse().ok()).collect();
        match figures[..] {
            [cpu_ns, wall_ns, peak_bytes] => Ok(Self { cpu_ns, wall_ns, peak_bytes }),
            _ => Err(format!("unexpected output: {line}")),
        }
    }
}

/// Runs from its start until `stop`.
#[derive(Debug)]
pub(crate) struct Meter {
    resident_bytes: u64,
    cpu_ns: u64,
    started: Instant,
}

impl Meter {
    /// A function of its own, by whose name callgrind knows where to begin.
    #[inline(never)]
    pub(crate) fn start() -> Self {
        let resident_bytes = status_bytes("VmRSS:");
        Self { resident_bytes, cpu_ns: cpu_ns(), started: Instant::now() }
    }

    #[inline(never)]
    pub(crate) fn stop(self) -> Sample {
        let wall_ns = nanoseconds(self.started.elapsed());
        let cpu_ns = cpu_ns() - self.cpu_ns;
        let peak_bytes = status_bytes("VmHWM:").saturating_sub(self.resident_bytes);
        Sample { cpu_ns, wall_ns, peak_bytes }
    }
}

fn cpu_ns() -> u64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    nanoseconds(Duration::try_from(time).unwrap_or_default())
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// A line of the kernel's account of this process; zero where there is none.
fn status_bytes(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kibibytes = status
        .lines()
        .find_map(|text| text.strip_prefix(line)?.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1024
}
