//! Workers that have nothing to do use no processor.
#![cfg(unix)]

use std::process::Command;
use std::time::Duration;

use coweave::{park, sleep, spawn, yield_now};
use rustix::time::{ClockId, clock_gettime};

use crate::support::{MS, spawn_elsewhere, team};

/// What all threads of this process have used.
fn used() -> Duration {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    let nanos = u32::try_from(used.tv_nsec).expect("less than a second");
    Duration::new(used.tv_sec.unsigned_abs(), nanos)
}

/// In a process of its own, which runs nothing else.
#[test]
fn four_idle_workers_use_two_milliseconds_in_five_seconds() {
    const CHILD: &str = "COWEAVE_TEST_AT_REST";
    // A sanitizer has threads of its own.
    if cfg!(any(sanitize = "address", sanitize = "thread")) {
        return;
    }
    if std::env::var_os(CHILD).is_none() {
        let test = "resting::four_idle_workers_use_two_milliseconds_in_five_seconds";
        let outcome = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture", "--test-threads=1"])
            .env(CHILD, "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&outcome.stdout);
        assert!(outcome.status.success() && said.contains("used "), "{said}");
        return;
    }
    let mut scheduler = team(4);
    let used = scheduler.run(async {
        // They have all worked, and some have tasks that wait.
        for _ in 0..100 {
            drop(spawn(yield_now()));
        }
        drop(spawn_elsewhere(|| async { park().await }));
        drop(spawn(sleep(3_600_000 * MS)));
        sleep(100 * MS).await;
        let before = used();
        sleep(5_000 * MS).await;
        used() - before
    });
    println!("used {used:?}");
    assert!(used <= 2 * MS, "{used:?}");
}
