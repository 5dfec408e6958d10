// `p` is `::coweave::__private`; paths into `core` are shortened.

pub fn read(
    mut file: File,
    __argument_1: (u64, u64),
    _hint: u32,
) -> impl ::core::future::Future<Output = Result<usize>> {
    p::task(
        #[coroutine]
        #[inline(always)]
        static move |mut __cx: p::ResumeArg| -> Result<usize> {
            #[allow(unused_imports)]
            use p::IntoLeaf as _;
            #[allow(clippy::used_underscore_binding)]
            let _ = (&_hint, &__argument_1, &file);
            let (offset, _) = __argument_1;
            match p::Awaited(file.seek(offset)).__coweave_into_leaf()
            {
                mut __leaf => {
                    loop {
                        static __SITE: p::Site = p::Site::new(
                            "read",
                            "source.rs",
                            3u32,
                            23u32,
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
            }?;
            let length = match p::Awaited(file.length())
                .__coweave_into_leaf()
            {
                mut __leaf => {
                    loop {
                        static __SITE: p::Site = p::Site::new(
                            "read",
                            "source.rs",
                            4u32,
                            32u32,
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
            };
            Ok(length)
        },
    )
}
