// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Environment
import Foundation
import Replay
import Report

struct MachinesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machines",
    abstract: "Lists the machines that replay can use, or adds one.",
    discussion: """
      mmu is always there. qemu:NAME is a real kernel, booted under QEMU without network and \
      without root; it is added once, into the cache folder. host is this computer's own kernel.

        vmapcheck machines
        vmapcheck machines add qemu:debian-6.12
        vmapcheck machines add qemu:mine --vmlinux ~/linux/vmlinux --headers ~/linux
      """,
    subcommands: [List.self, Add.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the machines, and what is missing where one cannot be used.")

    func run() async throws {
      Console.shared.write(MachineList.lines.joined(separator: "\n") + "\n")
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a kernel ready: fetches and unpacks it, builds, boots once.",
      discussion: """
        Debian's kernels are fetched by apt-get download and unpacked by dpkg-deb into the cache \
        folder: nothing is installed, and no root is needed. A kernel of your own needs \
        --vmlinux and --headers.
        """)

    @Argument(help: ArgumentHelp("For example qemu:debian-6.12.", valueName: "MACHINE"))
    var name: String

    @Option(
      help: ArgumentHelp(
        "Your own kernel: a vmlinux with CONFIG_PVH, or a bzImage.", valueName: "FILE"))
    var vmlinux: String?

    @Option(
      help: ArgumentHelp(
        "The headers that its modules are built against, as /lib/modules/*/build has them.",
        valueName: "DIR"))
    var headers: String?

    @Option(help: ArgumentHelp("tcg, or kvm where this computer has it.", valueName: "ACCEL"))
    var accel = Accelerator.tcg

    mutating func validate() throws {
      if (vmlinux == nil) != (headers == nil) {
        throw ValidationError("--vmlinux and --headers: give both or none")
      }
      guard name.hasPrefix("qemu:"), name.count > 5, !name.contains("/"), !name.contains(" ")
      else {
        throw ValidationError("'\(name)': a machine that can be added is called qemu:NAME")
      }
    }

    func run() async throws {
      let interruption = Interruption()
      let adding = MachineAdding(command: self)
      let status = try await interruption.guarding { await adding.run() }
      throw ExitCode(interruption.isInterrupted ? ReplayStatus.interrupted.rawValue : status)
    }
  }
}

/// What executes a guest's instructions.
enum Accelerator: String, ExpressibleByArgument, CaseIterable { case tcg, kvm }
