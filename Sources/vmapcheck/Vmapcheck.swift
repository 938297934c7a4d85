// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Verifier

@main
struct Vmapcheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vmapcheck",
    abstract: "Proves or refutes vmap strategies of the Linux kernel.",
    version: Version.current)
}
