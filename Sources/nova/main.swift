import NovaCommand

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

// A pipe that nobody reads is an error of the write, which is told or passed over, and not the end of the process.
signal(SIGPIPE, SIG_IGN)

exit(await NovaTool.run(Array(CommandLine.arguments.dropFirst())))
