// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Report
import Verifier

@main
struct Vmapcheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vmapcheck",
    abstract: "Checks vmap strategies of the Linux kernel against the vmap contract.",
    discussion: """
      A spec is a C file in the kernel's own idiom. vmapcheck compiles it to LLVM IR, \
      explores every run of it on every buffer up to a bound, and says for each property of \
      the contract whether it holds, or shows a buffer for which it does not.

        vmapcheck verify Specs
        vmapcheck verify my_driver.c --kernel ~/linux
        vmapcheck replay counterexamples
        vmapcheck recheck proofs
        vmapcheck mutate my_driver.c
        vmapcheck help verify
      """,
    version: Version.current,
    subcommands: [
      VerifyCommand.self, ReplayCommand.self, ShowCommand.self, RecheckCommand.self,
      MutateCommand.self,
      MachinesCommand.self,
      PropertiesCommand.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let code as ExitCode {
      Foundation.exit(code.rawValue)
    } catch {
      end(with: error)
    }
  }

  /// Prints what the parser has to say: help to standard output, a fault to standard error.
  private static func end(with error: any Error) -> Never {
    let message = fullMessage(for: error)
    if exitCode(for: error).isSuccess {
      Console.shared.write(message + "\n")
      Foundation.exit(ExitStatus.success.rawValue)
    }
    Console.shared.complain(message)
    let isUsage = exitCode(for: error) == .validationFailure
    Foundation.exit((isUsage ? ExitStatus.usage : .internalError).rawValue)
  }
}
