// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `vmapcheck machines`, and `replay --on` without a boot.
@Suite struct MachinesTests {
  /// A cache folder in which nothing has been added.
  private func run(_ arguments: String..., in scratch: Scratch) async throws -> Vmapcheck.Run {
    try await Vmapcheck.run(arguments, environment: ["XDG_CACHE_HOME": scratch.path("cache")])
  }

  @Test func listsEachMachineOnALine() async throws {
    let run = try await run("machines", in: try Scratch())
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n")
    let names = lines.compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(names == ["mmu", "qemu:debian-6.12", "qemu:debian-6.1", "host"])
    #expect(lines.contains { $0.contains("vmapcheck machines add qemu:debian-6.1") })
  }

  @Test func saysHowToAddAMachine() async throws {
    let run = try await run(
      "replay", "Specs/rfc/vmap_of_pages.c", "--on", "qemu:debian-6.12", in: try Scratch())
    #expect(run.status == 2)
    #expect(run.errors.contains("vmapcheck machines add qemu:debian-6.12"))
  }

  @Test(arguments: ["vmware", "qemu", "MMU"])
  func refusesAMachineThatThereIsNot(name: String) async throws {
    let run = try await run(
      "replay", "Specs/rfc/vmap_of_pages.c", "--on", name, in: try Scratch())
    #expect(run.status == 2)
    #expect(run.errors.contains("there is no such machine"))
  }

  @Test func addsOnlyWhatItKnows() async throws {
    let run = try await run("machines", "add", "qemu:debian-2.4", in: try Scratch())
    #expect(run.status == 2)
    #expect(run.errors.contains("--vmlinux and --headers"))
  }

  @Test func wantsImageAndHeadersTogether() async throws {
    let run = try await run(
      "machines", "add", "qemu:mine", "--vmlinux", "/boot/none", in: try Scratch())
    #expect(run.status == 2)
    #expect(run.errors.contains("give both or none"))
  }

  @Test func saysWhatIsWrongWithAnImage() async throws {
    let scratch = try Scratch()
    let run = try await run(
      "machines", "add", "qemu:mine", "--vmlinux", scratch.path("vmlinux"), "--headers",
      scratch.url.path, in: scratch)
    #expect(run.status == 2)
    #expect(run.errors.contains("there is no such image"))
  }

  @Test func doesNotTouchThisComputersKernelUnasked() async throws {
    let run = try await run(
      "replay", "Specs/rfc/vmap_of_pages.c", "--on", "host", in: try Scratch())
    #expect(run.status == 2 || run.status == 3)
    #expect(run.errors.contains("host: "))
  }
}
