// `p` is `::coweave::__private`; paths into `core` are shortened.

fn checks(items: &[u32], at: usize) -> impl ::core::future::Future<Output = ()> {
    p::task(
        #[coroutine]
        #[inline(always)]
        static move |mut __cx: p::ResumeArg| -> () {
            #[allow(unused_imports)]
            use p::IntoLeaf as _;
            let _ = (&at, &items);
            assert!(
                match p::Awaited(is_ready(at)).__coweave_into_leaf() {
                mut __leaf => loop { static __SITE : p::Site =
                p::Site::new("checks", "source.rs", 3u32,
                26u32); match unsafe { p::step(& mut __leaf, __cx, &
                __SITE) } { Ready(__output) => break __output,
                Pending => {} } __cx = yield (); if let
                Some(__output) = unsafe {
                p::resumed(& mut __leaf) } { break __output; } } },
                "assertion failed: is_ready (at) . await"
            );
            println!(
                "{:?}", vec![match p::Awaited(first())
                .__coweave_into_leaf() { mut __leaf => loop { static __SITE :
                p::Site = p::Site::new("checks",
                "source.rs", 4u32, 35u32); match unsafe {
                p::step(& mut __leaf, __cx, & __SITE) } {
                Ready(__output) => break __output,
                Pending => {} } __cx = yield (); if let
                Some(__output) = unsafe {
                p::resumed(& mut __leaf) } { break __output; } } }; 2]
            );
            match *&items[at] {
                n if match p::Awaited(is_even(n))
                    .__coweave_into_leaf()
                {
                    mut __leaf => {
                        loop {
                            static __SITE: p::Site = p::Site::new(
                                "checks",
                                "source.rs",
                                6u32,
                                25u32,
                            );
                            match unsafe {
                                p::step(&mut __leaf, __cx, &__SITE)
                            } {
                                Ready(__output) => break __output,
                                Pending => {}
                            }
                            __cx = yield ();
                            if let Some(__output) = unsafe {
                                p::resumed(&mut __leaf)
                            } {
                                break __output;
                            }
                        }
                    }
                } => {}
                _ => {}
            }
        },
    )
}
