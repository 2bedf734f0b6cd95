/** What containerd's clients and servers accept and send in one message: 16 MiB. */
export const LIMITS = {
  'grpc.max_receive_message_length': 16_777_216,
  'grpc.max_send_message_length': 16_777_216,
} as const;
