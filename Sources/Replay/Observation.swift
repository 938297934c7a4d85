// SPDX-License-Identifier: Apache-2.0

import Execution
import Verifier

/// How the machine knows what it says.
public enum Evidence: String, Sendable, Codable, Hashable {
  case pageFault = "page fault"
  case noPageFault = "no page fault"
  case content
  case pageTables = "page tables"
  case count
  case arithmeticTrap = "arithmetic trap"
  /// What a real kernel has printed.
  case kernelLog = "kernel log"
  /// The model's own check, in the C that ran natively.
  case assertion
}

/// A violation that a native run has shown.
public struct Observation: Sendable, Hashable, Codable {
  /// The property's name.
  public var property: String
  /// How it is known.
  public var evidence: Evidence
  /// What was seen.
  public var message: String
  /// Where, the innermost frame first; empty where no line of it is known.
  public var callStack: [CallSite]
}

/// A page fault of the run.
public struct PageFault: Sendable, Hashable, Codable {
  /// The address in this process.
  public var address: UInt64
  /// The address that the model has for it; nil for one of neither vmemmap nor the vmalloc space.
  public var kernelAddress: UInt64?
  /// Whether it was a store.
  public var isWrite: Bool
  /// The processor's error code; nil where the page was trapped on purpose.
  public var errorCode: Int?
  /// The mapping there forbids it; else there is none.
  public var isForbidden: Bool

  /// "permissions violation (error code 0x7)", much as the kernel has it.
  public var words: String {
    guard let errorCode else { return "trapped: it was made inaccessible to catch this" }
    let kind = isForbidden ? "permissions violation" : "nothing is mapped there"
    return "\(kind) (error code 0x\(String(errorCode, radix: 16)))"
  }
}

/// A page of the mapping that is not the one of the buffer.
public struct WrongPage: Sendable, Hashable, Codable {
  /// Its place in the mapping, from 0.
  public var place: UInt64
  /// The pfn that belongs there; nil where none does.
  public var expected: UInt64?
  /// The pfn whose content is there; nil where nothing is mapped, or the content is nobody's.
  public var actual: UInt64?
}

/// An object of the strategy's that a fault was in or near.
public struct FaultObject: Sendable, Hashable, Codable {
  /// What it is.
  public var name: String
  /// Bytes.
  public var size: UInt64
  /// Where it begins.
  public var address: UInt64
  /// The touch's distance from its first byte.
  public var offset: Int
  /// Whether it was freed before.
  public var isFreed: Bool
}
