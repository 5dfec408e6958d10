//! What cannot be built, and says so.

use coweave::{BuildError, Scheduler};

use crate::support::team;

#[test]
fn what_needs_one_worker_or_has_none_is_refused() {
    let builder = Scheduler::builder;
    let errors = [
        builder().workers(0).build(),
        builder().workers(2).virtual_time().build(),
        builder().virtual_time().workers(3).build(),
        builder().workers(2).seed(1).build(),
        builder().workers(2).auto_advance(false).build(),
        builder().workers(usize::MAX).build(),
        builder().workers(1025).build(),
    ]
    .map(Result::unwrap_err);
    let expected = [
        BuildError::NoWorkers,
        BuildError::VirtualTimeOfSeveralWorkers { asked: 2 },
        BuildError::VirtualTimeOfSeveralWorkers { asked: 3 },
        BuildError::SeedOfSeveralWorkers { asked: 2 },
        BuildError::NoVirtualTime,
        BuildError::TooManyWorkers { asked: usize::MAX, most: 1024 },
        BuildError::TooManyWorkers { asked: 1025, most: 1024 },
    ];
    assert_eq!(errors, expected);
}

#[test]
fn one_worker_has_virtual_time_and_a_seed() {
    let mut scheduler = Scheduler::builder().workers(1).virtual_time().seed(1).build().unwrap();
    scheduler.run(coweave::sleep(std::time::Duration::from_secs(86_400)));
}

#[test]
fn a_scheduler_that_never_runs_ends() {
    for workers in [2, 3, 8, 64] {
        drop(team(workers));
    }
}

/// The limit of threads counts those of all the user's processes, and not the superuser's; that of the
/// address space holds for everybody, and the stack of a thread is much of it.
#[cfg(target_os = "linux")]
#[test]
fn a_thread_that_cannot_be_started_is_an_error_and_the_others_end() {
    const CHILD: &str = "COWEAVE_TEST_WITHOUT_THREADS";
    if std::env::var_os(CHILD).is_some() {
        let error = Scheduler::builder().workers(600).build().unwrap_err();
        assert!(matches!(error, BuildError::ThreadNotStarted { .. }), "{error}");
        println!("refused: {error}");
        // Those that were started have ended, and given back their stacks.
        let mut scheduler = team(2);
        assert_eq!(scheduler.run(async { coweave::spawn(async { 7 }).await.unwrap() }), 7);
        return;
    }
    // Sanitizers keep much of the address space for themselves.
    if cfg!(any(sanitize = "address", sanitize = "thread")) {
        return;
    }
    let test = "builds::a_thread_that_cannot_be_started_is_an_error_and_the_others_end";
    let program = std::env::current_exe().unwrap();
    // Stacks of 16 MiB, in an address space that has room for some of 600.
    let script = r#"ulimit -v 2000000 && exec "$0" --exact "$1" --nocapture --test-threads=1"#;
    let outcome = std::process::Command::new("sh")
        .args(["-c", script])
        .arg(program)
        .arg(test)
        .env(CHILD, "1")
        .env("RUST_MIN_STACK", (16 << 20).to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&outcome.stdout);
    let errors = String::from_utf8_lossy(&outcome.stderr);
    assert!(outcome.status.success(), "{said}\n{errors}");
    assert!(said.contains("refused: the thread of worker "), "{said}");
}
